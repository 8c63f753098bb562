import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import softmax
from torch import nn

from longtail.bench.registry import strategy_named
from longtail.strategies.base import row_losses
from longtail.strategies.losses.ldam import Ldam, margins_of
from longtail.strategies.mechanisms.cosine_head import CosineHead
from longtail.strategies.network import Batch, Moment, Net, Rng

COUNTS = np.array([256.0, 16.0, 1.0])
AT = Moment(0.5, torch.tensor(COUNTS), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
Z = np.random.default_rng(0).normal(size=(6, 3)) * 5
Y = np.array([0, 1, 2, 0, 1, 2])
OWN = np.eye(3)[Y]


def test_margins_by_hand() -> None:
    # 1/4, 1/2 and 1, brought to a largest of 1/2; a class without rows takes no part
    assert margins_of(torch.tensor(COUNTS), 0.5).tolist() == [0.125, 0.25, 0.5]
    assert margins_of(torch.tensor([256.0, 16.0, 0.0]), 0.5)[:2].tolist() == [0.25, 0.5]


def test_loss_and_gradient_are_the_papers() -> None:
    logits = torch.tensor(Z, requires_grad=True)
    loss = Ldam().loss(logits, torch.tensor(Y), AT)
    loss.sum().backward()  # type: ignore[no-untyped-call]
    # logits are 30 cosines, so that margins of cosines are 30 times themselves
    moved = Z - OWN * 30 * np.array([0.125, 0.25, 0.5])
    expected = -np.log(softmax(moved, axis=1)[np.arange(6), Y])
    np.testing.assert_allclose(loss.detach().numpy(), expected, rtol=1e-10)
    assert logits.grad is not None
    np.testing.assert_allclose(logits.grad.numpy(), softmax(moved, axis=1) - OWN, rtol=1e-8, atol=1e-14)


def test_margin_towards_zero_is_cross_entropy() -> None:
    logits, y = torch.tensor(Z), torch.tensor(Y)
    torch.testing.assert_close(Ldam(margin=1e-12).loss(logits, y, AT), F.cross_entropy(logits, y, reduction="none"))


def test_head_gives_scaled_cosines() -> None:
    net = Net(nn.Identity(), nn.Identity(), nn.Linear(2, 2), 2)
    head = Ldam(scale=10).network(net, 2, torch.Generator().manual_seed(0)).head
    assert isinstance(head, CosineHead)
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[0.0, 7.0], [3.0, 3.0]]))
    logits = head(torch.tensor([[0.0, 2.0], [5.0, 0.0]]))
    torch.testing.assert_close(logits, torch.tensor([[10.0, 50**0.5], [0.0, 50**0.5]]))


def test_gradient_of_the_head_is_that_of_differences() -> None:
    source = torch.Generator().manual_seed(0)
    head = CosineHead(4, 3, 30.0, source).double()
    h = torch.randn(5, 4, generator=source, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda h, w: torch.func.functional_call(head, {"weight": w}, (h,)), (h, head.weight.detach().requires_grad_())
    )


def test_with_deferred_weights_it_is_ldam_drw() -> None:
    strategy = strategy_named("ldam+deferred-reweighting(beta=0.99)")
    logits, batch = torch.tensor(Z), Batch((), torch.tensor(Y), torch.ones(6, dtype=torch.float64))
    margins = Ldam().loss(logits, batch.y, AT)
    torch.testing.assert_close(row_losses(strategy, AT._replace(fraction=0.79))(logits, batch), margins)
    weights = (1 - 0.99) / (1 - 0.99**COUNTS)
    weights = weights * COUNTS.sum() / (weights * COUNTS).sum()
    late = row_losses(strategy, AT._replace(fraction=0.8))(logits, batch)
    np.testing.assert_allclose(late.numpy(), weights[Y] * margins.numpy(), rtol=1e-8)
    assert strategy.settled == 0.8


def test_features_of_zeros_have_logits_and_gradients_of_numbers() -> None:
    head = CosineHead(2, 3, 30.0, torch.Generator().manual_seed(0))
    h = torch.zeros(1, 2, requires_grad=True)
    logits = head(h)
    assert logits.tolist() == [[0, 0, 0]]
    F.cross_entropy(logits, torch.tensor([1])).backward()  # type: ignore[no-untyped-call]
    assert h.grad is not None
    assert h.grad.isfinite().all()
    assert head.weight.grad is not None
    assert head.weight.grad.isfinite().all()


@pytest.mark.parametrize("name", ["margin", "scale"])
def test_zero_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a finite number above 0, got 0"):
        Ldam(**{name: 0})
