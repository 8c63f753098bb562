import numpy as np
import pytest
from scipy.special import logit, softmax

from longtail.strategies.mechanisms.one_vs_rest import calibrated, log_odds, probabilities


def test_log_odds_are_those_of_one_class_against_the_others(make_scores):
    scores, _ = make_scores(50, 4)
    np.testing.assert_allclose(log_odds(scores), logit(np.exp(scores.astype(np.float64))), atol=1e-5)


def test_log_odds_tell_probabilities_of_one_apart():
    scores = np.array([[0, -40, -50], [0, -60, -55]], np.float32)
    # p / (1 - p) is 1 / (e^-40 + e^-50) and 1 / (e^-60 + e^-55)
    expected = [-np.logaddexp(-40, -50), -np.logaddexp(-60, -55)]
    np.testing.assert_allclose(log_odds(scores)[:, 0], expected, rtol=1e-12)


def test_each_class_gets_its_own_map_and_rows_sum_to_one(make_scores):
    scores, y = make_scores(60, 3)
    seen = []

    def learn(odds, positive):
        seen.append((odds, positive))
        return lambda given: np.full(len(given), 0.2)

    given = calibrated(scores, y, learn)(scores[:5])
    assert len(seen) == 3
    for c, (odds, positive) in enumerate(seen):
        np.testing.assert_array_equal(odds, log_odds(scores)[:, c])
        np.testing.assert_array_equal(positive, y == c)
    np.testing.assert_allclose(np.exp(given), 1 / 3, rtol=1e-6)


def test_two_classes_have_one_map(make_scores):
    scores, y = make_scores(60, 2)
    given = calibrated(scores, y, lambda odds, positive: lambda new: probabilities(new + 1))(scores)
    shifted = softmax(scores.astype(np.float64) + np.array([0, 1]), axis=1)
    np.testing.assert_allclose(np.exp(given), shifted, atol=1e-6)


def test_a_class_without_validation_rows_keeps_its_probability(make_scores):
    scores, y = make_scores(60, 3)
    y = np.minimum(y, 1)
    halves = calibrated(scores, y, lambda odds, positive: lambda new: probabilities(new) / 2)
    p = np.exp(scores.astype(np.float64)) * [0.5, 0.5, 1]
    np.testing.assert_allclose(np.exp(halves(scores)), p / p.sum(1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 4])
def test_maps_that_say_zero_for_every_class_give_finite_scores(make_scores, classes):
    scores, y = make_scores(40, classes)
    given = calibrated(scores, y, lambda odds, positive: np.zeros_like)(scores)
    assert np.isfinite(given).all()
    np.testing.assert_allclose(np.exp(given).sum(1), 1, atol=1e-5)
