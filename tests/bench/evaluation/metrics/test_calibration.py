import numpy as np
import pytest

from longtail.bench.evaluation.metrics.calibration import calibration_error, log_bias, reliability
from longtail.bench.evaluation.metrics.weights import one_hot


def two(p: np.ndarray) -> np.ndarray:
    return np.log(np.stack([1 - p, p], 1))


def test_a_constant_error_is_found():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 0.6, 40000)
    y = rng.random(40000) < p - 0.1
    assert calibration_error(two(p), one_hot(y, 2)) == pytest.approx(0.1, abs=0.005)


def test_a_calibrated_model_has_no_error_on_average_whatever_the_rows():
    # squared errors of 400 rows in 20 bins average to zero: without the correction they were p (1 - p) / 20 = .01
    rng = np.random.default_rng(1)
    p = np.full(400, 0.3)
    found = [calibration_error(two(p), one_hot(rng.random(400) < p, 2)) ** 2 for _ in range(200)]
    assert np.mean(found) < 0.003


def test_the_posterior_itself_has_none():
    p = np.random.default_rng(2).beta(1, 20, 5000)
    assert calibration_error(two(p), np.exp(two(p))) == pytest.approx(0, abs=1e-12)


def test_bias_is_the_log_of_predicted_over_observed():
    assert log_bias(20.0, 10.0) == pytest.approx(np.log(2))
    assert np.isnan(log_bias(3.0, 0.0))


def test_reliability_worked_by_hand():
    scores = np.log([[0.1], [0.2], [0.7], [0.9]])
    predicted, observed, rows = reliability(scores, np.array([[0.0], [1.0], [1.0], [1.0]]), bins=2)
    np.testing.assert_allclose(predicted, [0.15, 0.8])
    np.testing.assert_allclose(observed, [0.5, 1.0])
    np.testing.assert_allclose(rows, [2, 2])
