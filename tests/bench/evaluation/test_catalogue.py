import numpy as np
import pytest

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.catalogue import METRICS, PRIMARY, Metric, _by_name
from longtail.bench.evaluation.frames import CELL_COLUMNS
from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.measures import measure
from longtail.bench.records import Truth


def test_every_entry_is_measured_and_every_column_of_cells_has_one():
    y = np.array([0, 0, 0, 1, 1, 0])
    truth = Truth(("a", "b"), np.array([4, 2]), None, y, y)
    labels = Labels.of(truth, Cuts())
    scores = np.log(np.full((6, 2), 0.5))
    metrics, _ = measure(Judgement.of(labels, scores, scores, np.array([0.5, 0.5]), y, y))
    assert list(metrics) == list(METRICS)
    assert set(METRICS) < set(CELL_COLUMNS)


def test_a_metric_is_one_entry(monkeypatch):
    y = np.array([0, 0, 0, 1])
    labels = Labels.of(Truth(("a", "b"), np.array([3, 1]), None, y, y), Cuts())
    scores = np.log(np.full((4, 2), 0.5))
    monkeypatch.setitem(METRICS, "rows", Metric("rows", "Rows", lambda j: float(j.observed.sum()), "test rows"))
    metrics, _ = measure(Judgement.of(labels, scores, scores, np.array([0.75, 0.25]), y, y))
    assert metrics["rows"] == 4


def test_two_metrics_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two metrics are called ap"):
        _by_name([METRICS["ap"], METRICS["f1"], METRICS["ap"]])


def test_each_track_has_one_primary_metric():
    assert PRIMARY == ("ap", "f1")
    assert [METRICS[name].track for name in PRIMARY] == ["probability", "decision"]
