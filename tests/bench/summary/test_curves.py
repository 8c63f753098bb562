"""Curves from scores."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.summary.curves import GRID, section
from longtail.bench.summary.view import View


def charts(run):
    found = section(View(run, evaluate(run)))
    return {chart.id: chart for group in found.blocks for chart in group.blocks}


def test_precision_of_two_classes_is_that_of_scikit_learn(make_run):
    run = make_run({"none": 1.0}, seeds=(0,), classes=2, generated=False)
    run_two = make_run({"none": 1.0, "other": 0.2}, seeds=(0,), classes=2, generated=False)
    assert run.path != run_two.path
    record = run_two.record(run_two.planned[0])
    scores, truth = run_two.store.scores(record), run_two.store.truth(record.truth)
    precision, recall, _ = precision_recall_curve(truth.y_test == 1, scores.test[:, 1])
    # scikit-learn's recall falls: the last place that still reaches r is the highest threshold
    expected = [precision[np.flatnonzero(recall >= r - 1e-12)[-1]] for r in GRID]
    series = {one.name: one for one in charts(run_two)["pr"].panels[0].series}
    assert series["none"].y == pytest.approx(expected)


def test_limit_is_drawn_where_it_is_known_and_lies_on_the_diagonal(make_run):
    found = charts(make_run({"none": 1.0, "other": 0.2}))
    limit = next(one for one in found["calibration"].panels[0].series if one.name == "bayes-limit")
    assert limit.y == pytest.approx(limit.x)
    real = charts(make_run({"none": 1.0, "other": 0.2}, generated=False, name="real"))
    assert "bayes-limit" not in {one.name for one in real["pr"].panels[0].series}


def test_the_better_scores_lie_above(make_run):
    series = {one.name: np.mean(one.y) for one in charts(make_run({"none": 2.0, "other": 0.1}))["pr"].panels[0].series}
    assert series["bayes-limit"] > series["other"] > series["none"]


def test_missing_scores_are_said(make_run):
    run = make_run({"none": 1.0, "other": 0.2}, seeds=(0,))
    frames = evaluate(run)
    for planned in run.planned:
        (run.store.path(planned.cell.id, planned.fingerprint) / "scores.npz").unlink()
    (notice,) = section(View(run, frames)).blocks
    assert notice.text.startswith("Curves of 1 dataset are missing: ")
    assert "scores.npz is missing" in notice.text
