import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax

from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.network import Moment, Rng
from longtail.strategies.table import Profile

COUNTS = np.array([90.0, 9.0, 1.0])
AT = Moment(0.5, torch.tensor(COUNTS), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
Z = np.random.default_rng(0).normal(size=(6, 3))
Y = np.array([0, 1, 2, 0, 1, 2])


def loss_of(tau: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    logits = torch.tensor(Z, requires_grad=True)
    return BalancedSoftmax(tau).loss(logits, torch.tensor(Y), AT), logits


def test_loss_is_softmax_with_counts_as_factors() -> None:
    odds = COUNTS * np.exp(Z)
    expected = -np.log(odds[np.arange(6), Y] / odds.sum(1))
    np.testing.assert_allclose(loss_of()[0].detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("tau", [0.5, 1.0, 2.0])
def test_is_the_logit_adjusted_loss_of_priors(tau: float) -> None:
    adjusted = log_softmax(Z + tau * np.log(COUNTS / COUNTS.sum()), axis=1)
    np.testing.assert_allclose(loss_of(tau)[0].detach().numpy(), -adjusted[np.arange(6), Y], rtol=1e-12)


def test_gradient_is_adjusted_probability_less_label() -> None:
    loss, logits = loss_of()
    loss.sum().backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    expected = softmax(Z + np.log(COUNTS), axis=1) - np.eye(3)[Y]
    np.testing.assert_allclose(logits.grad.numpy(), expected, rtol=1e-9, atol=1e-15)


def test_class_without_rows_has_a_finite_loss() -> None:
    at = AT._replace(counts=torch.tensor([5.0, 0.0]))
    loss = BalancedSoftmax().loss(torch.zeros(1, 2), torch.tensor([1]), at)
    assert loss.item() == pytest.approx(np.log(6), rel=1e-6)


def test_declares_counts_to_the_minus_tau_whatever_the_weights() -> None:
    trained = Profile(np.array([16, 4]), np.array([3.0, 9.0]), (0,), frozenset())
    np.testing.assert_allclose(BalancedSoftmax().shift(trained), [1 / 16, 1 / 4])
    np.testing.assert_allclose(BalancedSoftmax(tau=0.5).shift(trained), [1 / 4, 1 / 2])
