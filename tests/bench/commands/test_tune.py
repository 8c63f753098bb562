import pytest
import yaml

from longtail.bench import cli
from longtail.bench.tuning import tuning
from longtail.bench.tuning.tuning import Tuned

SUITE = """
datasets: ["ctr(rows=600,test_rows=1500)"]
pairs: [{strategies: [none, smote], learners: [tree, mlp]}]
seeds: 2
"""
FOUND = [
    Tuned("ctr", "tree", {"depth": 4}, 0.02, 0.01, 0.06, None, 3),
    Tuned("ctr", "mlp", {"epochs": 20}, 0.03, 0.02, None, 0.05, 7, "label-smoothing", -0.004),
]


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(SUITE)
    return str(path)


@pytest.fixture
def asked(monkeypatch):
    """What the command asked for; nothing is fitted."""
    calls = []

    def tune(suite, jobs, seeds, done):
        calls.append((suite, jobs, seeds))
        for one in FOUND:
            done(one)
        return FOUND

    monkeypatch.setattr(tuning, "tune", tune)
    return calls


def test_settings_go_to_standard_output_and_the_rest_to_standard_error(suite, asked, capsys):
    assert cli.call(["tune", suite, "--seeds", "2", "--jobs", "1"]) == 0
    out, err = capsys.readouterr()
    assert yaml.safe_load(out)["settings"] == [
        {"learner": "tree", "dataset": "ctr", "parameters": {"depth": 4}},
        {"learner": "mlp", "dataset": "ctr", "parameters": {"epochs": 20}, "gain_at_double": 0.05},
    ]
    assert "ctr / tree: depth=4: AP 0.0200 of 0.0600 possible, 0.0100 before tuning; 3 settings tried" in err
    assert "ctr / mlp: epochs=20: AP 0.0300, 0.0200 before tuning, +5.00% from twice the steps, -0.40% from" in err
    assert "warning: mlp on ctr is undertrained: twice the steps gain 5.0%" in err
    assert err.count("warning") == 1
    (wanted, jobs, seeds) = asked[0]
    assert (wanted.name, jobs, seeds) == ("s", 1, 2)


def test_only_what_was_named_is_tuned(suite, asked):
    assert cli.call(["tune", suite, "--learners", "tree", "--rows", "300"]) == 0
    assert [pair.learners for pair in asked[0][0].pairs] == [["tree"]]
    assert asked[0][0].rows == 300


def test_settings_are_written_where_asked(suite, asked, tmp_path, capsys):
    out = tmp_path / "settings.yaml"
    assert cli.call(["tune", suite, "--out", str(out)]) == 0
    assert len(yaml.safe_load(out.read_text())["settings"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("place", ["absent/settings.yaml", "."])
def test_a_file_that_can_not_be_written_is_one_sentence_before_anything_is_fitted(
    suite, asked, tmp_path, capsys, place
):
    assert cli.call(["tune", suite, "--out", str(tmp_path / place)]) == 1
    assert "the settings can't be written to" in capsys.readouterr().err
    assert not asked


def test_an_unknown_suite_is_one_sentence(capsys):
    assert cli.call(["tune", "quik"]) == 1
    assert "did you mean 'quick'" in capsys.readouterr().err


@pytest.mark.slow
def test_worker_processes_tune_a_suite(suite, capsys):
    assert cli.call(["tune", suite, "--learners", "tree", "--seeds", "1", "--jobs", "2"]) == 0
    (setting,) = yaml.safe_load(capsys.readouterr().out)["settings"]
    assert setting["learner"] == "tree"
    assert setting["dataset"] == "ctr(rows=600,test_rows=1500)"
    assert set(setting["parameters"]) == {"depth", "leaf"}
