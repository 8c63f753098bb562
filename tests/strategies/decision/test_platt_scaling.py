import numpy as np
from scipy.special import expit
from sklearn.calibration import _SigmoidCalibration

from longtail.strategies.decision.platt_scaling import PlattScaling, coefficients
from longtail.strategies.mechanisms.one_vs_rest import log_odds


def test_two_classes_get_scikit_learns_sigmoid(make_scores, make_profile):
    scores, y = make_scores(300)
    odds = log_odds(scores)[:, 1]
    direct = _SigmoidCalibration().fit(odds, y)
    natural = make_profile(np.bincount(y))
    new, _ = make_scores(100, seed=1)
    given = PlattScaling().calibrate(scores, y, natural, natural)(new)
    np.testing.assert_allclose(np.exp(given[:, 1]), direct.predict(log_odds(new)[:, 1]), atol=1e-4)


def test_many_classes_are_scikit_learns_sigmoids_scaled_to_one(make_scores, make_profile):
    scores, y = make_scores(400, 4)
    natural = make_profile(np.bincount(y))
    odds = log_odds(scores)
    p = np.stack([_SigmoidCalibration().fit(odds[:, c], y == c).predict(odds[:, c]) for c in range(4)], 1)
    given = PlattScaling().calibrate(scores, y, natural, natural)(scores)
    np.testing.assert_allclose(np.exp(given), p / p.sum(1, keepdims=True), atol=1e-4)


def test_targets_are_platts():
    # one positive row at 1 and two negative rows at -1: two points, so the sigmoid meets both targets exactly,
    # (1 + 1) / (1 + 2) = 2/3 and 1 / (2 + 2) = 1/4
    slope, offset = coefficients(np.array([1.0, -1.0, -1.0]), np.array([True, False, False]))
    np.testing.assert_allclose(expit([slope + offset, -slope + offset]), [2 / 3, 1 / 4], atol=1e-6)


def test_scores_far_apart_are_fitted():
    odds = np.array([-90.0, -80.0, -85.0, -60.0, 40.0, 60.0, 90.0])
    slope, offset = coefficients(odds, odds > 0)
    assert slope > 0
    p = expit(slope * odds + offset)
    target = np.where(odds > 0, 4 / 5, 1 / 6)
    # at the minimum neither coefficient has a slope
    assert abs((p - target).sum()) < 1e-4
    assert abs(((p - target) * odds).sum()) < 1e-2


def test_without_validation_rows_nothing_is_fitted(make_profile):
    none = np.zeros((0, 2), np.float32)
    assert PlattScaling().calibrate(none, np.zeros(0, np.int64), make_profile((9, 1)), make_profile((9, 1))) is None
