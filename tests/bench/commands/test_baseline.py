import json

from longtail.bench.cli import call


def test_set_show_export_and_compare(make_run, tmp_path, capsys):
    run, runs = make_run({"none": 0.2}, name="old"), ["--runs", str(tmp_path)]
    assert call(["baseline", "set", "old", *runs]) == 0
    capsys.readouterr()
    assert call(["baseline", "show", "--json", *runs]) == 0
    assert json.loads(capsys.readouterr().out)["run"] == run.name
    path = str(tmp_path / "committed.json")
    assert call(["baseline", "export", path, *runs]) == 0
    make_run({"none": 4.0}, name="new", code="changed")
    assert call(["compare", "baseline", *runs]) == 3
    assert call(["compare", path, *runs]) == 3
    assert call(["compare", path, "old", *runs]) == 0


def test_show_without_a_baseline_says_how_to_set_one(tmp_path, capsys):
    assert call(["baseline", "show", "--runs", str(tmp_path)]) == 1
    assert "longtail baseline set RUN" in capsys.readouterr().err


def test_a_file_that_can_not_be_written_is_one_sentence(make_run, tmp_path, capsys):
    make_run({"none": 0.2}, seeds=(0,), name="old")
    assert call(["baseline", "export", str(tmp_path / "no" / "x.json"), "--run", "old", "--runs", str(tmp_path)]) == 1
    assert "x.json" in capsys.readouterr().err
