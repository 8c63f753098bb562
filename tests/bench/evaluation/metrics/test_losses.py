import numpy as np
import pytest
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as sklearn_log_loss

from longtail.bench.evaluation.metrics.losses import CLIP, brier, entropy, log_loss
from longtail.bench.evaluation.metrics.weights import one_hot


@pytest.mark.parametrize("classes", [2, 4])
def test_equal_sklearn_with_hard_labels(classes):
    rng = np.random.default_rng(0)
    chance, y = rng.dirichlet(np.ones(classes), 200), rng.integers(0, classes, 200)
    weights = one_hot(y, classes)
    assert log_loss(np.log(chance), weights) == pytest.approx(sklearn_log_loss(y, chance))
    given = (y, chance[:, 1]) if classes == 2 else (y, chance)
    assert brier(np.log(chance), weights) == pytest.approx(brier_score_loss(*given))


def test_log_loss_of_the_posterior_is_its_entropy_and_least():
    p = np.random.default_rng(1).dirichlet(np.ones(3), 100)
    assert entropy(p) == pytest.approx(scipy_entropy(p, axis=1).mean())
    assert log_loss(np.log(p), p) == pytest.approx(entropy(p))
    assert log_loss(np.log(np.full((100, 3), 1 / 3)), p) > entropy(p)


def test_soft_labels_give_the_mean_over_labels():
    p, q = np.array([[0.25, 0.75]]), np.array([[0.4, 0.6]])
    by_label = [brier(np.log(q), one_hot([label], 2)) for label in (0, 1)]
    assert brier(np.log(q), p) == pytest.approx(0.25 * by_label[0] + 0.75 * by_label[1])


def test_a_certain_error_has_a_price():
    assert log_loss(np.array([[0.0, -1e5]]), one_hot([1], 2)) == pytest.approx(-np.log(CLIP))
