import json
import subprocess
import sys

import pytest

from longtail.bench import cli, registry
from longtail.bench.runs import Run

TINY = "ctr(rows=600,test_rows=400)"
OWN = """
from dataclasses import dataclass
from typing import ClassVar
from longtail.strategies.base import Strategy

@dataclass(frozen=True)
class Mine(Strategy):
    name: ClassVar[str] = "mine"
    power: float = 1.0

    def row_weights(self, table):
        return None
"""


@pytest.fixture
def call(capsys):
    """Calls longtail in this process; gives exit code, standard output and standard error."""

    def run(*words):
        code = cli.call([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def own_file(tmp_path):
    """A strategy file; what it defines is forgotten afterwards."""
    before = dict(registry._own)
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    yield path
    registry._own.clear()
    registry._own.update(before)


def suite(path, **changes):
    values = {
        "name": "s",
        "datasets": [TINY],
        "pairs": [{"strategies": ["none"], "learners": ["logistic"]}],
        "seeds": 1,
    }
    path.write_text(json.dumps(values | changes))
    return path


def test_help_is_had_without_torch():
    code = (
        "import sys; from longtail.bench import cli; cli.call(['--help']);"
        "print(sorted(sys.modules.keys() & {'torch', 'sklearn', 'mlflow', 'pandas'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    assert "run" in done.stdout


def test_threads_are_one_before_numpy_is_loaded():
    code = (
        "from longtail.bench import cli; import sys, os;"
        "print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1] == "1"


@pytest.mark.parametrize("words", [("runn",), ("run", "--bogus"), ("plan", "quick", "--rows", "many")])
def test_usage_errors_end_with_1(call, words):
    code, out, err = call(*words)
    assert code == 1
    assert out == ""
    assert err.startswith("Usage: longtail")
    assert "unexpected" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "quik"), "no suite is called 'quik', did you mean 'quick'"),
        (("plan", "quick", "--seeds", "x"), "a seed is an integer, not 'x'"),
        (("plan", "quick", "--datasets", "crt"), "no dataset is called 'crt', did you mean 'ctr'"),
        (("plan", "quick", "--strategies", "smoat"), "no strategy is called 'smoat', did you mean 'smote'"),
        (("plan", "quick", "--budget", "soon"), "a time is a number of seconds, or a number"),
        (("plan", "quick", "--target", "y"), "--data names"),
        (("plan", "quick", "--data", "a.csv"), "needs --target"),
        (("run", "quick", "--executor", "ray"), "no executor is called 'ray'"),
        (("plan", "quick", "--strategy", "gone.py"), "no strategy file at gone.py"),
        (("check", "gone.py"), "no strategy file at gone.py"),
    ],
)
def test_bad_input_is_one_sentence_on_standard_error(call, words, said):
    code, out, err = call(*words)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_two_losses_composed_are_one_sentence(call):
    code, _, err = call("plan", "quick", "--strategies", "focal-loss+balanced-softmax", "--learners", "mlp")
    assert code == 1
    assert "only one part of a composed strategy can replace `loss`" in err


def test_a_place_that_cannot_be_written_is_one_sentence(call, tmp_path):
    (tmp_path / "runs").write_text("a file")
    code, _, err = call("run", suite(tmp_path / "s.yaml"), "--no-mlflow", "--runs", tmp_path / "runs")
    assert code == 1
    assert f"can't write to the folder of runs {tmp_path / 'runs'}" in err
    assert err.count("\n") == 1


def test_an_unexpected_error_is_one_sentence_and_its_traceback_is_kept(call, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("longtail.bench.suite.suite_names", lambda: 1 / 0)
    code, _, err = call("list", "suites")
    assert code == 1
    assert "unexpected ZeroDivisionError" in err
    assert "ZeroDivisionError" in next(tmp_path.glob("longtail-*.txt")).read_text()
    code, _, err = call("--debug", "list", "suites")
    assert "Traceback" in err


def test_plan_as_json_is_one_list_on_standard_output(call, tmp_path):
    path = suite(tmp_path / "s.yaml", pairs=[{"strategies": ["none", "focal-loss"], "learners": ["logistic"]}])
    code, out, _ = call("plan", path, "--seeds", "2", "--runs", tmp_path / "runs", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [(row["strategy"], row["seed"], row["applicable"]) for row in rows] == [
        ("none", 0, True),
        ("none", 1, True),
        ("focal-loss", 0, False),
        ("focal-loss", 1, False),
    ]
    assert "does not honour the hook loss" in rows[2]["reason"]
    assert not (tmp_path / "runs").exists()


def test_a_file_of_ones_own_is_planned_beside_the_baseline_unless_the_suite_names_it(call, tmp_path, own_file):
    pairs = [{"strategies": ["none", "smote"], "learners": ["logistic"]}]
    path = suite(tmp_path / "s.yaml", pairs=pairs)
    _, out, err = call("plan", path, "--strategy", own_file, "--runs", tmp_path / "runs", "--json")
    assert {row["strategy"] for row in json.loads(out)} == {"none", "mine"}
    assert "it defines mine" in err
    pairs[0]["strategies"].append("mine(power=2)")
    path = suite(tmp_path / "s.yaml", pairs=pairs)
    _, out, _ = call("plan", path, "--strategy", own_file, "--runs", tmp_path / "runs", "--json")
    assert {row["strategy"] for row in json.loads(out)} == {"none", "smote", "mine(power=2)"}


def test_plan_for_people_says_core_seconds_and_disk(call, tmp_path):
    code, out, _ = call("plan", suite(tmp_path / "s.yaml"), "--runs", tmp_path / "runs")
    assert code == 0
    assert "core-seconds" in out
    assert "MiB on disk" in out


def test_list_strategies_as_json_names_what_a_user_needs(call):
    code, out, _ = call("list", "strategies", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert code == 0
    smote = rows["smote"]
    assert smote["family"] == "over_sampling"
    assert smote["hooks"] == ["resample"]
    assert {"logistic", "mlp"} <= set(smote["learners"])
    assert rows["focal-loss"]["learners"] == ["dcn", "lightgbm", "mlp"]
    assert all(row["paper"] and isinstance(row["parameters"], dict) for row in rows.values())


@pytest.mark.parametrize("what", ["strategies", "datasets", "learners", "suites"])
def test_everything_can_be_listed(call, what):
    assert call("list", what)[0] == 0
    assert json.loads(call("list", what, "--json")[1])


def test_status_without_a_run_is_one_sentence(call, tmp_path):
    code, _, err = call("status", "--runs", tmp_path)
    assert code == 1
    assert "there is no run in" in err


def test_doctor_finds_a_folder_that_cannot_be_written(call, tmp_path):
    (tmp_path / "file").write_text("")
    code, out, _ = call("doctor", "--runs", tmp_path / "file" / "runs", "--json")
    found = {row["name"]: row["fine"] for row in json.loads(out)}
    assert code == 1
    assert found["runs"] is False
    assert found["packages"] is True
    assert call("status", "--runs", tmp_path)[0] == 1
    assert Run.all(tmp_path) == []
