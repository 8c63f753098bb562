"""One training loop for every network: rows on the device, sliced batches, a strategy's hooks where it overrides them.

Epochs are counted in the rows before any resampling, so every strategy has the same budget of optimiser steps, of which
early stopping may leave a part unused. All that a step does is a pure function of tensors (`steps.py`), so that the
networks of several seeds can be stacked and trained as one program; what is drawn, looked at and kept between epochs is
apart from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from longtail.bench.errors import TrainingError
from longtail.bench.seeds import seed_for
from longtail.bench.training.checkpoints import Best, Look
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.draws import Draws
from longtail.bench.training.learner import Task
from longtail.bench.training.optimisers import optimiser_of
from longtail.bench.training.steps import Objective, assign_gradient, draws_per_step, scaled_step
from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Table


@dataclass(frozen=True)
class Budget:
    """How long and how a network is trained; the whole cell's, shared by stages."""

    steps: int
    epoch: int
    """steps between two looks at validation rows"""
    batch: int
    rate: float
    patience: int = 5
    """looks without a better checkpoint before training stops"""
    optimiser: Literal["adam", "sgd"] = "adam"
    decay: float = 0.0
    """of the weights; decoupled from the gradient with adam"""


@dataclass(frozen=True)
class Stage:
    """The part of the budget that one call of `train` has: steps `first` to `last`, and its random numbers."""

    first: int
    last: int
    seed: np.random.SeedSequence


class StageTrainer:
    """The stages of one fit: `train` is what a strategy's `stages` is given."""

    def __init__(self, task: Task, table: Table, budget: Budget) -> None:
        self.task, self.budget = task, budget
        self.rows, self.look = DeviceRows.of(table, task.device), Look(task.valid, task.device)
        self.share, self.number, self.steps = 0.0, 0, 0

    def train(
        self, net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net:
        """Train for a share of the budget. Other rows than the cell's have no validation rows: the last step counts."""
        task, left = self.task, 1 - self.share
        if not 0 < share <= left + 1e-9:
            raise TrainingError(
                f"a stage of {task.strategy.name} asks for {share:.3g} of the budget, and {left:.3g} is left"
            )
        first = round(self.budget.steps * self.share)
        self.share += share
        last = max(first + 1, round(self.budget.steps * self.share))
        stage = Stage(first, last, seed_for(task.seed, "order", task.member, self.number))
        self.number += 1
        rows = self.rows if table is None else DeviceRows.of(table, task.device)
        look = self.look if table is None else None
        net = net.to(task.device)
        trainer = task.trainer or train
        self.steps += trainer(net, rows, look, using or task.strategy, self.budget, stage, only)
        return net


def train(
    net: Net, rows: DeviceRows, look: Look | None, strategy: Strategy, budget: Budget, stage: Stage, only: str = ""
) -> int:
    """Train a network in place through one stage; gives the steps taken. `only`: parameters whose name begins so."""
    params = {name: p for name, p in net.named_parameters() if p.requires_grad}
    frozen = [p for name, p in params.items() if not name.startswith(only)]
    params = {name: p for name, p in params.items() if name.startswith(only)}
    if not params:
        raise nothing_moves(strategy, only)
    for p in frozen:
        p.requires_grad_(False)
    net.train()
    epochs = Epochs(net, params, rows, strategy, budget, stage)
    try:
        return _epochs(epochs, look)
    finally:
        epochs.vector.release()
        for p in frozen:
            p.requires_grad_(True)


def nothing_moves(strategy: Strategy, only: str) -> TrainingError:
    """What is wrong where no parameter's name begins so."""
    return TrainingError(f"{strategy.name} trains only parameters that begin with {only!r}, and there are none")


def diverged(strategy: Strategy) -> TrainingError:
    """What is wrong where weights are NaN or infinite."""
    return TrainingError(f"training under {strategy.name} diverged: weights are no finite numbers any more")


def _epochs(epochs: Epochs, look: Look | None) -> int:
    """Epoch after epoch, a look after each; the best checkpoint is put back."""
    budget, stage, net = epochs.budget, epochs.stage, epochs.net
    best = Best(budget.patience)
    done = stage.first
    while done < stage.last:
        steps = min(budget.epoch, stage.last - done)
        epochs.run(done, steps)
        done += steps
        if look is None:
            continue
        value, recall = look.at(net)
        epochs.recall = torch.cat([epochs.recall, recall[None]])
        if done / budget.steps > epochs.strategy.settled and not best.meets(value, net):
            break
    best.restore(net)
    return done - stage.first


class Epochs:
    """The state of one stage between epochs: optimiser, orders, recall so far."""

    def __init__(
        self,
        net: Net,
        params: dict[str, torch.nn.Parameter],
        rows: DeviceRows,
        strategy: Strategy,
        budget: Budget,
        stage: Stage,
    ) -> None:
        self.net, self.params, self.rows, self.strategy = net, params, rows, strategy
        self.budget, self.stage = budget, stage
        self.objective = Objective(strategy, net)
        self.size = min(budget.batch, len(rows))
        self.recall = torch.zeros(0, len(rows.counts), device=rows.y.device)
        self.draws_per_step = draws_per_step(self.objective, params, rows, self.size)
        self.draws = Draws(rows, strategy, stage.seed, self.size, self.draws_per_step)
        self.vector = Vector(params)
        self.optimiser = optimiser_of(self.vector.whole, budget.optimiser, budget.rate, budget.decay)
        self.acts = strategy.acts

    def run(self, done: int, steps: int) -> None:
        """One epoch: what is drawn once, then the steps."""
        own, other, uniform, normal = self.draws.epoch(done / self.budget.steps, steps, self.recall)
        empty = Rng(uniform[0], normal[0])
        for i in range(steps):
            rng = Rng(uniform[i], normal[i]) if any(self.draws_per_step) else empty
            at = Moment((done + i) / self.budget.steps, self.rows.counts, self.recall, rng)
            self.step(self.rows.take(own[i]), other[i], at)
        if not all(bool(torch.isfinite(p).all()) for p in self.params.values()):
            raise diverged(self.strategy)

    def step(self, batch: Batch, other: Tensor, at: Moment) -> None:
        """One step of the optimiser; a hook that isn't overridden costs nothing."""
        if "augment" in self.acts:
            batch = self.strategy.augment(batch, self.rows.take(other) if self.strategy.pairs else batch, at)
        self.vector.clear()
        if "gradient" in self.acts:
            assign_gradient(self.objective, self.params, batch, at)
        else:
            self.objective(batch, at).mean().backward()
        if "step_sizes" in self.acts:
            scales = self.strategy.step_sizes({k: p.detach() for k, p in self.params.items()}, batch, at)
            scaled_step(self.optimiser, self.params, scales)
        else:
            self.optimiser.step()


class Vector:
    """Parameters and their gradients as views of one vector each: the optimiser's cost is then one tensor's."""

    def __init__(self, params: dict[str, torch.nn.Parameter]) -> None:
        self.params = params
        self.whole = torch.nn.Parameter(torch.cat([p.detach().reshape(-1) for p in params.values()]))
        self.slope = torch.zeros_like(self.whole)
        self.whole.grad = self.slope
        first = 0
        for p in params.values():
            part = slice(first, first := first + p.numel())
            p.data, p.grad = self.whole.data[part].view_as(p), self.slope[part].view_as(p)

    def clear(self) -> None:
        """Set the gradients to zero."""
        self.slope.zero_()

    def release(self) -> None:
        """Give the parameters memory of their own again."""
        for p in self.params.values():
            p.data, p.grad = p.data.clone(), None
