import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from longtail.strategies.decision.em_prior import EmPrior, estimated
from longtail.strategies.mechanisms.prior_shift import moved


def mixture(n: int, share: float, seed: int = 0):
    """Rows of N(0, 1) and N(1.5, 1), the second with this share, their labels, and scores under even priors."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < share).astype(np.int64)
    x = rng.normal(1.5 * y, 1)
    odds = 1.5 * x - 1.125
    return np.stack([-np.logaddexp(0, odds), -np.logaddexp(0, -odds)], 1).astype(np.float32), y


def test_the_estimate_has_the_greatest_likelihood():
    scores, _ = mixture(500, 0.2)
    likely = np.exp(scores.astype(np.float64)) / 0.5
    best = minimize_scalar(lambda q: -np.log(likely @ [1 - q, q]).sum(), bounds=(1e-6, 1 - 1e-6), method="bounded").x
    assert estimated(scores, np.array([0.5, 0.5]), 1000)[1] == pytest.approx(best, abs=1e-4)


def test_one_round_by_hand():
    # priors (.5, .5): the first estimate is the mean posterior, ((.2 + .6) / 2, (.8 + .4) / 2)
    scores = np.log(np.array([[0.2, 0.8], [0.6, 0.4]], np.float32))
    np.testing.assert_allclose(estimated(scores, np.array([0.5, 0.5]), 1), [0.4, 0.6], rtol=1e-6)


def test_a_moved_prior_is_found_and_scores_are_right_again(make_profile):
    scores, y = mixture(20000, 0.1)
    even = make_profile((50, 50))
    given = EmPrior(rounds=500).calibrate(scores, y, even, even)(scores)
    assert np.exp(given[:, 1]).mean() == pytest.approx(0.1, abs=0.01)
    true = moved(scores, np.array([0.5, 0.5]), np.array([0.9, 0.1]))
    np.testing.assert_allclose(np.exp(given), np.exp(true), atol=0.02)


def test_a_prior_that_has_not_moved_is_left_about_where_it_was(make_profile):
    scores, _ = mixture(20000, 0.5)
    even = make_profile((50, 50))
    given = EmPrior().calibrate(scores, np.zeros(0, np.int64), even, even)(scores)
    np.testing.assert_allclose(np.exp(given), np.exp(scores), atol=0.02)


def test_few_rows_get_the_natural_prior(make_profile):
    scores, _ = mixture(49, 0.5)
    given = EmPrior(least=50).calibrate(scores, np.zeros(0, np.int64), make_profile((90, 10)), make_profile((50, 50)))
    np.testing.assert_allclose(given(scores), moved(scores, np.array([0.5, 0.5]), np.array([0.9, 0.1])), atol=1e-5)


def test_a_class_that_fades_leaves_finite_scores(make_profile):
    scores = np.tile(np.log(np.array([[0.999, 0.001]], np.float32)), (200, 1))
    even = make_profile((50, 50))
    assert np.isfinite(EmPrior(rounds=5000).calibrate(scores, np.zeros(0, np.int64), even, even)(scores)).all()


@pytest.mark.parametrize("parameters", [{"rounds": 0}, {"least": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        EmPrior(**parameters)
