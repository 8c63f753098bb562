import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import softmax

from longtail.strategies.losses.seesaw_loss import SeesawLoss
from longtail.strategies.network import Moment, Rng
from longtail.strategies.table import Profile

COUNTS = np.array([100.0, 20.0, 4.0])
Z = np.random.default_rng(3).normal(size=(6, 3)) * 2
Y = np.array([0, 1, 2, 2, 1, 0])


def at(counts: np.ndarray = COUNTS) -> Moment:
    return Moment(0.5, torch.tensor(counts), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))


def factors(p: float, q: float) -> np.ndarray:
    """S of each row's class i and every class j, written out."""
    sigma, found = softmax(Z, axis=1), np.ones((6, 3))
    for row, i in enumerate(Y):
        for j in range(3):
            mitigation = 1.0 if COUNTS[i] <= COUNTS[j] else (COUNTS[j] / COUNTS[i]) ** p
            ahead = sigma[row, j] / max(sigma[row, i], 0.01)
            found[row, j] = mitigation * (1.0 if ahead <= 1 else ahead**q)
    return found


@pytest.mark.parametrize(("p", "q"), [(0.8, 2.0), (0.8, 0.0), (1.5, 1.0)])
def test_loss_and_gradient_are_the_papers(p: float, q: float) -> None:
    logits = torch.tensor(Z, requires_grad=True)
    loss = SeesawLoss(p, q).loss(logits, torch.tensor(Y), at())
    loss.sum().backward()  # type: ignore[no-untyped-call]
    odds = factors(p, q) * np.exp(Z)
    share = odds / odds.sum(1, keepdims=True)
    np.testing.assert_allclose(loss.detach().numpy(), -np.log(share[np.arange(6), Y]), rtol=1e-10)
    assert logits.grad is not None
    # factors are constants of the gradient
    np.testing.assert_allclose(logits.grad.numpy(), share - np.eye(3)[Y], rtol=1e-8, atol=1e-14)


def test_a_frequent_class_pushes_rarer_ones_down_less_and_not_the_other_way_round() -> None:
    logits = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)
    SeesawLoss().loss(logits, torch.tensor([0, 2]), at()).sum().backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    (_, medium, rare), (frequent, other, _) = logits.grad.tolist()
    assert rare < medium < 1 / 3
    assert frequent == pytest.approx(1 / 3) == other


def test_even_classes_without_compensation_are_cross_entropy() -> None:
    loss = SeesawLoss(q=0).loss(torch.tensor(Z), torch.tensor(Y), at(np.full(3, 7.0)))
    torch.testing.assert_close(loss, F.cross_entropy(torch.tensor(Z), torch.tensor(Y), reduction="none"))
    even = Profile(np.array([7, 7]), np.array([7.0, 7.0]), (0,), frozenset())
    assert "no class is rarer" in str(SeesawLoss(q=0).why_skip(even))
    assert SeesawLoss().why_skip(even) is None


def test_negative_compensation_is_refused() -> None:
    with pytest.raises(ValueError, match="q must be a finite number of 0 or more, got -1"):
        SeesawLoss(q=-1)
