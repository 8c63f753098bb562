import numpy as np
import pytest

from longtail.bench.evaluation.curves import POINTS, curves
from longtail.bench.evaluation.evaluation import Settings, evaluated


def test_area_under_the_tails_curve_is_the_average_precision_of_two_classes(make_run):
    run = make_run({"none": 0.3}, seeds=(0,), classes=2)
    _, record = run.records()[0]
    found = curves(run.store, record)
    assert list(found.precision_recall) == list(found.reliability) == ["tail"]
    recall, precision = found.precision_recall["tail"]
    assert len(recall) <= POINTS
    assert recall[-1] == 1.0
    area = (np.diff(recall, prepend=0) * precision).sum()
    assert area == pytest.approx(evaluated(run.store, record, Settings())["metrics"]["ap"], abs=0.02)


def test_every_band_of_many_classes_has_its_curves(make_run):
    run = make_run({"none": 0.3}, seeds=(0,), classes=8)
    _, record = run.records()[0]
    found = curves(run.store, record)
    assert list(found.precision_recall) == ["head", "medium", "tail"]
    predicted, observed, rows = found.reliability["head"]
    assert rows.sum() == 400 * evaluated(run.store, record, Settings())["per_class"]["band"].count("head")
    assert (np.diff(predicted) >= 0).all()
    assert np.corrcoef(predicted, observed)[0, 1] > 0.8
