import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from longtail.bench.evaluation.metrics.ranking import (
    average_precision,
    average_precisions,
    both,
    precision_recall,
    ranking,
    roc_auc,
)
from longtail.bench.evaluation.metrics.weights import balanced, one_hot
from longtail.bench.priors import to_prior


def test_average_precision_worked_by_hand():
    # hits at ranks 1, 3 of 4 rows: (1 + 2/3) / 2
    score, y = np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert average_precision(ranking(score), y, np.ones(4)) == pytest.approx(5 / 6)
    # rows of classes counted half, half and one third: precision 1/2, 1/2, 4/9 at recall 3/8, 3/4, 1
    soft = np.array([1 / 2, 1 / 2, 1 / 3])
    assert average_precision(ranking(score[:3]), soft, np.ones(3)) == pytest.approx(3 / 8 + 3 / 8 - 3 / 8 + 1 / 9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_equals_sklearn_under_ties(rows):
    score, y = np.array([float(s) for s, _ in rows]), np.array([float(b) for _, b in rows])
    ranked = ranking(score)
    if y.sum() == 0:
        assert np.isnan(average_precision(ranked, y, np.ones(len(y))))
        return
    assert average_precision(ranked, y, np.ones(len(y))) == pytest.approx(average_precision_score(y, score))
    if y.sum() < len(y):
        assert roc_auc(ranked, y, np.ones(len(y))) == pytest.approx(roc_auc_score(y, score))


def test_every_class_equals_sklearn_with_weights():
    rng = np.random.default_rng(0)
    scores, y, weight = rng.normal(size=(300, 4)).round(1), rng.integers(0, 4, 300), rng.random(300)
    ap, auc = both(scores, one_hot(y, 4) * weight[:, None])
    for index in range(4):
        pair = y == index, scores[:, index]
        assert ap[index] == pytest.approx(average_precision_score(*pair, sample_weight=weight))
        assert auc[index] == pytest.approx(roc_auc_score(*pair, sample_weight=weight))


def test_posterior_weights_give_the_mean_over_drawn_labels():
    rng = np.random.default_rng(1)
    p = rng.beta(0.5, 3, 4000)
    score = p + rng.normal(0, 0.1, 4000)
    ranked, ones = ranking(score), np.ones(4000)
    drawn = np.array(
        [[f(ranked, (rng.random(4000) < p) * 1.0, ones) for f in (average_precision, roc_auc)] for _ in range(300)]
    )
    soft = np.array([f(ranked, p, ones) for f in (average_precision, roc_auc)])
    error = drawn.std(axis=0, ddof=1) / np.sqrt(300)
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - soft), 4 * error + 1e-3)


def test_constants_of_classes_move_raw_average_precision_and_leave_the_converted():
    rng = np.random.default_rng(2)
    prior = np.array([0.7, 0.2, 0.1])
    scores = to_prior(rng.normal(0, 1.5, (3000, 3)), [1 / 3] * 3, prior)
    y = (np.exp(scores).cumsum(axis=1) > rng.random((3000, 1))).argmax(axis=1)
    weights = one_hot(y, 3)
    declared = np.array([0.2, 0.3, 0.5])
    shifted = to_prior(scores, prior, declared)
    natural = average_precisions(scores, weights)
    assert np.abs(average_precisions(shifted, weights) - natural).mean() > 0.005
    np.testing.assert_allclose(average_precisions(to_prior(shifted, declared, prior), weights), natural, atol=1e-12)


def test_balanced_weights_equal_what_balanced_classes_give():
    # class 1 has one row in four; counting each of its rows three times makes classes equal
    y, score = np.array([0, 0, 0, 1, 0, 0, 0, 1]), np.array([0.1, 0.9, 0.3, 0.8, 0.2, 0.4, 0.5, 0.35])
    weights = balanced(one_hot(y, 2))
    found = average_precision(ranking(score), weights[:, 1], weights.sum(axis=1))
    repeated = np.repeat(np.arange(8), np.where(y == 1, 3, 1))
    assert found == pytest.approx(average_precision_score(y[repeated], score[repeated]))
    np.testing.assert_allclose(weights.sum(axis=0), [4, 4])


def test_curve_ends_at_full_recall_and_prevalence():
    y = np.array([1.0, 0.0, 0.0, 1.0])
    precision, recall = precision_recall(ranking(np.array([0.9, 0.8, 0.8, 0.1])), y, np.ones(4))
    np.testing.assert_allclose(precision, [1, 1 / 3, 1 / 2])
    np.testing.assert_allclose(recall, [0.5, 0.5, 1.0])
