import json

from longtail.bench.cli import call
from longtail.bench.evaluation.evaluation import evaluate


def test_lists_runs_as_text_and_json(make_run, tmp_path, capsys):
    run = make_run({"none": 0.2})
    evaluate(run)
    assert call(["history", "--runs", str(tmp_path)]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["run", "started", "state"]
    assert line.split()[0] == run.name
    assert call(["history", "--json", "--runs", str(tmp_path)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert f"{entry['metrics']['ap']:.4f}" in line


def test_an_empty_folder_is_no_error(tmp_path, capsys):
    assert call(["history", "--runs", str(tmp_path)]) == 0
    assert "there is no run" in capsys.readouterr().err
