import numpy as np

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.measures import Judged, Labels, measure
from longtail.bench.evaluation.metrics.catalogue import METRICS, PRIMARY
from longtail.bench.records import Truth


def test_the_catalogue_and_what_is_measured_are_the_same():
    y = np.array([0, 0, 0, 1, 1, 0])
    truth = Truth(("a", "b"), np.array([4, 2]), None, y, y)
    labels = Labels.of(truth, Cuts())
    scores = np.log(np.full((6, 2), 0.5))
    metrics, _ = measure(labels, Judged.of(labels, scores, scores, np.array([0.5, 0.5]), y, y))
    assert set(metrics) == set(METRICS)


def test_each_track_has_one_primary_metric():
    assert PRIMARY == ("ap", "f1")
    assert [METRICS[name].track for name in PRIMARY] == ["probability", "decision"]
