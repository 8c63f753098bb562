import json

from longtail.bench import cli


def test_counts_and_reasons_are_shown(make_run, capsys):
    run = make_run({"none": 0.0, "smote": 0.5}, seeds=(0, 1), statuses={("smote", 1): "failed"})
    assert cli.call(["status", "--runs", str(run.path.parent)]) == 0
    out = capsys.readouterr().out
    assert "3 done" in out
    assert "failed: toy / smote / logistic / seed 1: it broke" in out


def test_json_has_one_row_a_planned_cell(make_run, capsys):
    run = make_run({"none": 0.0, "smote": 0.5}, seeds=(0, 1), statuses={("smote", 1): "timeout"})
    assert cli.call(["status", run.name, "--runs", str(run.path.parent), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"done": 3, "timeout": 1}
    assert [row["status"] for row in told["cells"]].count("timeout") == 1
    assert told["run"] == run.name
