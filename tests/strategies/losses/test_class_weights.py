import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.utils.class_weight import compute_sample_weight

from longtail.strategies.base import row_losses
from longtail.strategies.chain import Chain
from longtail.strategies.losses.class_weights import ClassWeights
from longtail.strategies.losses.focal_loss import FocalLoss
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Table
from longtail.strategies.targets import raised


def table_of(y: list[int], classes: int) -> Table:
    x = np.zeros((len(y), 1), np.float32)
    return Table(x, np.array(y, np.int64), classes, (0,), np.ones(len(y), np.float32))


def test_weighted_mean_is_mean_over_classes_of_their_mean_losses() -> None:
    rng = np.random.default_rng(0)
    y = rng.choice(4, 300, p=[0.8, 0.15, 0.05, 0]).tolist()
    losses = rng.exponential(size=300)
    weights = ClassWeights(strength=1.0).row_weights(table_of(y, 4))
    separate = [losses[np.array(y) == k].mean() for k in range(3)]
    assert np.mean(weights * losses) == pytest.approx(np.mean(separate), rel=1e-6)


def test_weights_by_hand() -> None:
    # N / (K n): 4 / (2 * 3) and 4 / (2 * 1)
    np.testing.assert_allclose(
        ClassWeights(strength=1.0).row_weights(table_of([0, 0, 0, 1], 2)), [2 / 3, 2 / 3, 2 / 3, 2], rtol=1e-6
    )


def test_equals_balanced_weights_of_scikit_learn() -> None:
    y = [0] * 70 + [1] * 25 + [2] * 5
    np.testing.assert_allclose(
        ClassWeights(strength=1.0).row_weights(table_of(y, 3)), compute_sample_weight("balanced", y), rtol=1e-6
    )


def test_half_strength_has_ratio_of_square_roots_and_mean_one() -> None:
    weights = ClassWeights().row_weights(table_of([0] * 9 + [1], 2))
    assert weights[-1] / weights[0] == pytest.approx(3, rel=1e-6)
    assert weights.mean() == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("strength", [0.25, 0.5, 0.75, 1.0])
def test_the_weight_of_classes_is_that_of_over_sampled_ones(strength: float) -> None:
    counts = np.array([1000, 100, 10])
    table = table_of(np.repeat([0, 1, 2], counts).tolist(), 3)
    mass = np.bincount(table.y, ClassWeights(strength).row_weights(table))
    grown = counts.copy()
    for c, goal in raised(counts, strength).items():
        grown[c] = goal
    np.testing.assert_allclose(mass / mass.sum(), grown / grown.sum(), rtol=0.02)  # goals are whole
    if strength == 0.5:
        np.testing.assert_allclose(mass / mass[0], [1, 0.1**0.5, 0.1], rtol=1e-5)


def test_profile_of_weighted_rows_declares_equal_priors() -> None:
    table = table_of([0] * 9 + [1] * 3 + [2], 3)
    weighted = Table(table.x, table.y, 3, (0,), ClassWeights(strength=1.0).row_weights(table))
    np.testing.assert_allclose(weighted.profile.priors, [1 / 3] * 3, rtol=1e-6)


def test_skips_even_classes() -> None:
    assert "every class has 2 training rows" in str(ClassWeights().why_skip(table_of([0, 0, 1, 1], 3).profile))
    assert ClassWeights().why_skip(table_of([0, 0, 1], 3).profile) is None


def test_effective_numbers_by_hand() -> None:
    # beta .9: effective numbers 2.71 of three rows and 1 of one
    weights = ClassWeights(strength=1.0, beta=0.9).row_weights(table_of([0, 0, 0, 1], 2))
    assert weights[-1] / weights[0] == pytest.approx(2.71, rel=1e-6)
    assert weights.mean() == pytest.approx(1, rel=1e-6)


def test_beta_towards_zero_is_no_weight_and_towards_one_inverse_frequency() -> None:
    table = table_of([0] * 9 + [1] * 3 + [2], 3)
    np.testing.assert_allclose(ClassWeights(strength=1.0, beta=1e-9).row_weights(table), np.ones(13), rtol=1e-6)
    np.testing.assert_allclose(
        ClassWeights(beta=1 - 1e-9).row_weights(table), ClassWeights().row_weights(table), rtol=1e-6
    )


def test_with_focal_loss_it_is_the_class_balanced_focal_loss() -> None:
    strategy = Chain((ClassWeights(strength=1.0, beta=0.99), FocalLoss()))
    table, counts = table_of([0] * 9 + [1] * 3 + [2], 3), np.array([9, 3, 1])
    z = np.random.default_rng(0).normal(size=(13, 3))
    p = (softmax(z, axis=1) * np.eye(3)[table.y]).sum(1)
    # Cui et al. 2019: the focal loss over each class's effective number
    expected = (1 - 0.99) / (1 - 0.99 ** counts[table.y]) * -((1 - p) ** 2) * np.log(p)
    weight = strategy.row_weights(table)
    assert weight is not None
    at = Moment(0.5, torch.tensor(counts), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
    batch = Batch((), torch.tensor(table.y), torch.tensor(weight, dtype=torch.float64))
    found = row_losses(strategy, at)(torch.tensor(z), batch).numpy()
    np.testing.assert_allclose(found / expected, (found / expected)[0], rtol=1e-6)


def test_beta_out_of_range_is_named() -> None:
    with pytest.raises(ValueError, match=r"beta must be a number above 0 and at most 1, got 0"):
        ClassWeights(beta=0)


@pytest.mark.parametrize("strength", [0, -1, 1.5, float("nan"), "1", True])
def test_strength_out_of_range_is_named(strength: object) -> None:
    with pytest.raises(ValueError, match=r"strength must be .* got"):
        ClassWeights(strength=strength)  # type: ignore[arg-type]
