import pytest

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.statistics.histories import Filter, history


def test_runs_stand_in_order_with_the_baselines_metrics(make_run, tmp_path):
    first = make_run({"none": 0.2, "smote": 2.0}, name="a")
    cells = evaluate(first).cells
    make_run({"none": 0.2}, name="b")
    entries = history(tmp_path)
    assert [entry["suite"] for entry in entries] == ["a", "b"]
    assert (entries[0]["done"], entries[0]["cells"], entries[0]["pairs"]) == (6, 6, 1)
    assert entries[0]["metrics"]["ap"] == pytest.approx(cells[cells["strategy"] == "none"]["ap"].mean())
    assert (entries[1]["note"], entries[1]["metrics"]) == ("not evaluated yet", {"ap": None, "f1": None})


def test_another_strategy_can_be_asked_for(make_run, tmp_path):
    cells = evaluate(make_run({"none": 0.2, "smote": 2.0})).cells
    (entry,) = history(tmp_path, Filter(strategy="smote"))
    assert entry["metrics"]["f1"] == pytest.approx(cells[cells["strategy"] == "smote"]["f1"].mean())
    assert history(tmp_path, Filter(dataset="other"))[0]["metrics"] == {"ap": None, "f1": None}


def test_a_corrupt_run_costs_only_its_own_line(make_run, tmp_path):
    evaluate(make_run({"none": 0.2}, name="a"))
    broken = make_run({"none": 0.2}, name="b")
    evaluate(broken)
    (broken.path / "cells.parquet").write_bytes(b"PAR1")
    entries = {entry["suite"]: entry for entry in history(tmp_path)}
    assert "can't be read" in entries["b"]["note"]
    assert entries["a"]["metrics"]["ap"] is not None
