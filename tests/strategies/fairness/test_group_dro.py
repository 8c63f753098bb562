from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.strategies.base import row_losses
from longtail.strategies.fairness.group_dro import BUFFER, GroupDro
from longtail.strategies.network import Batch, Moment, Net, Rng

AT = Moment(0.5, torch.tensor([2.0, 1.0, 1.0]), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
Y = torch.tensor([0, 0, 1])
LOGITS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.5, 0.0, -1.0]])


class Fixed(nn.Module):
    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(logits)

    def forward(self, x: object) -> Tensor:
        return self.logits


def net_of(me: GroupDro, logits: Tensor) -> Net:
    net = Net(Fixed(logits), nn.Identity(), nn.Identity(), logits.shape[1])
    return me.network(net, logits.shape[1], torch.Generator())


def step(me: GroupDro, net: Net) -> Tensor:
    return me.objective(net, Batch((), Y, torch.ones(3)), row_losses(me, AT), AT)


def test_two_steps_follow_the_algorithm() -> None:
    me = GroupDro(eta=0.5)
    net = net_of(me, LOGITS)
    loss = -LOGITS.log_softmax(-1)[torch.arange(3), Y].numpy()
    means = np.array([loss[:2].mean(), loss[2], 0])
    q = np.full(3, 1 / 3)
    for _ in range(2):
        q = q * np.exp(0.5 * means)
        q /= q.sum()
        assert step(me, net).mean().item() == pytest.approx(float((q * means).sum()), rel=1e-5)
        np.testing.assert_allclose(net.get_buffer(BUFFER).exp().numpy(), q, rtol=1e-5)


def test_weights_have_no_gradient() -> None:
    me = GroupDro(eta=0.5)
    net = net_of(me, LOGITS)
    step(me, net).mean().backward()  # type: ignore[no-untyped-call]
    q = net.get_buffer(BUFFER).exp()
    slope = LOGITS.softmax(-1) - torch.eye(3)[Y]
    expected = slope * torch.stack([q[0] / 2, q[0] / 2, q[1]])[:, None]
    torch.testing.assert_close(cast(Fixed, net.embed).logits.grad, expected)


def test_forgotten_class_comes_back() -> None:
    me = GroupDro(eta=1.0)
    net = net_of(me, torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [200.0, 0.0, 0.0]]))
    step(me, net)
    assert net.get_buffer(BUFFER).exp()[0] == 0  # e^-199 is none in float32
    with torch.no_grad():
        cast(Fixed, net.embed).logits.copy_(torch.tensor([[0.0, 400.0, 0.0], [0.0, 400.0, 0.0], [0.0, 0.0, 0.0]]))
    step(me, net)
    assert net.get_buffer(BUFFER).exp()[0] == 1


def test_priors_are_not_declared() -> None:
    assert GroupDro().shift(cast("object", None)) is None  # type: ignore[arg-type]
