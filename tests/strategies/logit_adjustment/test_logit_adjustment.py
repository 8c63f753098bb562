import numpy as np

from longtail.strategies.logit_adjustment.logit_adjustment import LogitAdjustment
from longtail.strategies.table import Profile

Y = np.zeros(0, np.int64)


def profile(*counts: int) -> Profile:
    return Profile(np.array(counts), np.array(counts, np.float64), (0,), frozenset())


def test_subtracts_tau_log_prior_by_hand() -> None:
    scores = np.log(np.array([[0.7, 0.2, 0.1]], np.float32))
    decide = LogitAdjustment(tau=2.0).decide(scores, Y, profile(8, 1, 1), profile(8, 1, 1))
    expected = np.log([[0.7 / 0.8**2, 0.2 / 0.1**2, 0.1 / 0.1**2]])
    np.testing.assert_allclose(decide(scores), expected, rtol=1e-5)


def test_two_classes_are_cut_at_the_prior() -> None:
    p = np.linspace(0.001, 0.2, 200)
    scores = np.log(np.stack([1 - p, p], 1)).astype(np.float32)
    known = profile(950, 50)
    decisions = LogitAdjustment().decide(scores, Y, known, known)(scores).argmax(1)
    np.testing.assert_array_equal(decisions == 1, p > 0.05)


def test_priors_are_those_of_the_rows_trained_on() -> None:
    scores = np.log(np.array([[0.6, 0.4]], np.float32))
    decide = LogitAdjustment().decide(scores, Y, profile(9, 1), profile(5, 5))
    assert decide(scores).argmax() == 0


def test_class_never_seen_counts_as_one_row() -> None:
    scores = np.log(np.array([[0.9, 0.1, 1e-6]], np.float32))
    values = LogitAdjustment().decide(scores, Y, profile(90, 10, 0), profile(90, 10, 0))(scores)
    np.testing.assert_allclose(values, np.log([[1, 1, 1e-4]]), atol=1e-5)


def test_probabilities_are_left_alone() -> None:
    assert LogitAdjustment().calibrate(np.zeros((1, 2), np.float32), Y, profile(9, 1), profile(9, 1)) is None
    np.testing.assert_array_equal(LogitAdjustment().shift(profile(9, 1)), [1, 1])
