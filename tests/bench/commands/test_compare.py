import json

import pytest

from longtail.bench.cli import call


def test_a_regression_has_exit_code_three_in_every_format(make_run, tmp_path, capsys):
    old = make_run({"none": 0.2, "smote": 0.2}, name="old")
    new = make_run({"none": 0.2, "smote": 4.0}, name="new", code="changed")
    for option in ([], ["--markdown"], ["--json"]):
        assert call(["compare", old.name, new.name, "--runs", str(tmp_path), *option]) == 3
    assert '"regressed": true' in capsys.readouterr().out


def test_a_run_equals_itself(make_run, tmp_path, capsys):
    make_run({"none": 0.2}, name="old")
    assert call(["compare", "old", "latest", "--runs", str(tmp_path)]) == 0
    assert "no regression: 2 identical" in capsys.readouterr().out


def test_runs_without_a_shared_cell_have_exit_code_four(make_run, tmp_path, capsys):
    make_run({"none": 0.2}, name="old", seeds=(0,))
    make_run({"none": 0.2}, name="new", seeds=(1,))
    assert call(["compare", "old", "new", "--runs", str(tmp_path)]) == 4
    assert "share no finished cell" in capsys.readouterr().err


def test_a_slower_run_fails_only_where_it_is_asked(make_run, tmp_path):
    make_run({"none": 0.2}, name="old", seconds=5.0)
    make_run({"none": 0.2}, name="new", code="changed", seconds=50.0)
    given = ["compare", "old", "new", "--runs", str(tmp_path)]
    assert call(given) == 0
    assert call([*given, "--fail-if-slower", "2"]) == 3


@pytest.mark.parametrize("base", ["nothing", "baseline", "gone.json"])
def test_an_unknown_base_is_one_sentence_and_exit_code_one(make_run, tmp_path, capsys, base):
    make_run({"none": 0.2}, seeds=(0,))
    assert call(["compare", base, "--runs", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_json_is_one_document(make_run, tmp_path, capsys):
    make_run({"none": 0.2}, name="old")
    assert call(["compare", "old", "--json", "--runs", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"identical": 2}
