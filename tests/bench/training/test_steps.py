from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.func import grad

from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.steps import Objective, assign_gradient, draws_per_step, random_numbers, scaled_step
from longtail.strategies.base import Strategy
from longtail.strategies.network import Moment, Net, Rng
from longtail.strategies.table import Table

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Noisy(Strategy):
    name: ClassVar[str] = "noisy"

    def augment(self, batch, other, at):
        noise = at.rng.normal(*batch.x[0].shape)
        return batch._replace(x=(batch.x[0] + noise, batch.x[1]))

    def loss(self, logits, y, at):
        if at.fraction > 0.5:  # as schedules do
            at.rng.uniform(7)
        return super().loss(logits, y, at) * at.rng.uniform(len(y))

    def objective(self, net, batch, losses, at):
        net.seen += 1
        return losses(net(batch), batch)


@dataclass(frozen=True)
class Plain(Strategy):
    name: ClassVar[str] = "plain"

    def gradient(self, rows, params, batch, at):
        return grad(lambda given: rows(given).mean())(params)


class Numbers(nn.Module):
    def forward(self, x):
        return x[0]


def net():
    torch.manual_seed(0)
    made = Net(Numbers(), nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 2), 3)
    made.register_buffer("seen", torch.zeros(()))
    return made


def rows():
    x = np.arange(12, dtype=np.float32).reshape(6, 2) / 10
    return DeviceRows.of(Table(x, np.array([0, 1, 0, 1, 0, 1]), 2, (0, 0), np.ones(6, np.float32)), CPU)


def moment(rng=None):
    empty = torch.zeros(0)
    return Moment(0.0, torch.tensor([3.0, 3.0]), torch.zeros(0, 2), rng or Rng(empty, empty))


def test_draws_per_step_are_the_most_that_a_step_draws():
    made = net()
    assert draws_per_step(Objective(Noisy(), made), dict(made.named_parameters()), rows(), 4) == (7 + 4, 8)


def test_dry_run_leaves_no_trace():
    made = net()
    before = {name: tensor.clone() for name, tensor in made.state_dict().items()}
    draws_per_step(Objective(Noisy(), made), dict(made.named_parameters()), rows(), 4)
    assert all(torch.equal(before[name], tensor) for name, tensor in made.state_dict().items())
    assert all(p.grad is None for p in made.parameters())


def test_strategy_without_step_hooks_draws_nothing():
    made = net()
    assert draws_per_step(Objective(Strategy(), made), dict(made.named_parameters()), rows(), 4) == (0, 0)


def test_dice_follow_their_generator():
    one, again = (random_numbers(3, (2, 4), torch.Generator().manual_seed(5), CPU) for _ in range(2))
    assert one[0].shape == (3, 2)
    assert one[1].shape == (3, 4)
    assert torch.equal(one[0], again[0])
    assert torch.equal(one[1], again[1])


def test_gradient_hook_that_takes_the_plain_gradient_equals_backward():
    first, second = net(), net()
    batch = rows().take(torch.arange(6))
    assign_gradient(Objective(Plain(), first), dict(first.named_parameters()), batch, moment())
    Objective(Plain(), second)(batch, moment()).mean().backward()
    for p, q in zip(first.parameters(), second.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad)


def test_scaled_step_multiplies_moves():
    start = torch.tensor([1.0, 2.0])
    params = {"a": nn.Parameter(start.clone()), "b": nn.Parameter(start.clone())}
    for p in params.values():
        p.grad = torch.tensor([1.0, 1.0])
    optimiser = torch.optim.SGD(params.values(), 0.5)
    scaled_step(optimiser, params, {"a": torch.tensor([0.0, 3.0])})
    assert params["a"].tolist() == [1.0, 0.5]  # moves -.5 times 0 and 3
    assert params["b"].tolist() == [0.5, 1.5]
