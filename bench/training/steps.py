"""Parts of one training step: pure functions of tensors, for one network or for several stacked networks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.optimisers import Optimiser
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.network import Batch, Moment, Net, Params, Rng, Terms

STEPWISE = frozenset({"augment", "class_weights", "loss", "objective", "gradient", "step_sizes"})
"""hooks that may draw random numbers in a step"""


class Objective(nn.Module):
    """Terms (B,) whose mean a strategy minimises, as a module, so that functional_call can replace its parameters."""

    def __init__(self, strategy: Strategy, net: Net) -> None:
        super().__init__()
        self.strategy, self.net = strategy, net

    def forward(self, batch: Batch, at: Moment) -> Tensor:
        return self.strategy.objective(self.net, batch, row_losses(self.strategy, at), at)


class Counting(Rng):
    """Counter of the random numbers that are drawn; every number is the middle of its distribution."""

    def uniform(self, *shape: int) -> Tensor:
        self.used = (self.used[0] + math.prod(shape), self.used[1])
        return torch.full(shape, 0.5, device=self.uniform_numbers.device)

    def normal(self, *shape: int) -> Tensor:
        self.used = (self.used[0], self.used[1] + math.prod(shape))
        return torch.zeros(shape, device=self.uniform_numbers.device)


def draws_per_step(objective: Objective, params: Mapping[str, Tensor], rows: DeviceRows, size: int) -> tuple[int, int]:
    """Return the most uniform and normal numbers that a step of `size` rows draws.

    Dry runs at the start and end of training count them; then buffers are as before, and gradients are None.
    """
    if not objective.strategy.acts & STEPWISE:
        return 0, 0
    kept = {name: buffer.clone() for name, buffer in objective.net.named_buffers()}
    batch = rows.take(torch.arange(size, device=rows.y.device))
    used = [_drawn(objective, params, rows, batch, fraction) for fraction in (0.0, 1.0)]
    with torch.no_grad():
        for name, buffer in objective.net.named_buffers():
            buffer.copy_(kept[name])
    for p in params.values():
        p.grad = None
    return max(uniform for uniform, _ in used), max(normal for _, normal in used)


def _drawn(
    objective: Objective, params: Mapping[str, Tensor], rows: DeviceRows, batch: Batch, fraction: float
) -> tuple[int, int]:
    strategy = objective.strategy
    recall = torch.zeros(1, len(rows.counts), device=rows.y.device)
    at = Moment(fraction, rows.counts, recall, Counting(rows.weight, rows.weight))
    if "augment" in strategy.acts:
        batch = strategy.augment(batch, batch, at)
    if "gradient" in strategy.acts:
        assign_gradient(objective, params, batch, at)
    elif strategy.acts & {"class_weights", "loss", "objective"}:
        with torch.no_grad():
            objective(batch, at)
    if "step_sizes" in strategy.acts:
        strategy.step_sizes({name: p.detach() for name, p in params.items()}, batch, at)
    return at.rng.used


def random_numbers(
    steps: int, needed: tuple[int, int], source: torch.Generator, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Draw the random numbers of an epoch on the CPU: uniform (steps, needed[0]) and normal (steps, needed[1])."""
    uniform = torch.rand(steps, needed[0], generator=source)
    normal = torch.randn(steps, needed[1], generator=source)
    return uniform.to(device), normal.to(device)


def assign_gradient(objective: Objective, params: Mapping[str, Tensor], batch: Batch, at: Moment) -> None:
    """Write the strategy's own gradient to the parameters' `grad`, from which the optimiser reads it.

    Each part has the shape of its parameter. Raises KeyError where the strategy names a parameter that is not there.
    """
    start = at.rng.used

    def rows(given: Params) -> Tensor:
        at.rng.used = start  # all evaluations within a step use the same random numbers
        terms: Tensor = functional_call(objective, {f"net.{name}": p for name, p in given.items()}, (batch, at))
        return terms

    free = {name: p.detach() for name, p in params.items()}
    terms = Terms(rows, "objective" not in objective.strategy.acts)
    for name, slope in objective.strategy.gradient(terms, free, batch, at).items():
        p = params[name]
        if p.grad is None:
            p.grad = slope.detach()
        else:
            p.grad.copy_(slope)


def scaled_step(optimiser: Optimiser, params: Mapping[str, Tensor], scales: Params) -> None:
    """Take a step of any optimiser, and multiply the change of each parameter by its scale.

    A scale can be broadcast to its parameter. Raises KeyError where it names a parameter that is not there.
    """
    with torch.no_grad():
        before = {name: params[name].clone() for name in scales}
        optimiser.step()
        for name, scale in scales.items():
            params[name].copy_(before[name] + scale * (params[name] - before[name]))
