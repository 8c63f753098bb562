"""Training loop of all networks: rows on the device, batches as slices, and the hooks that a strategy overrides.

Epochs are counted in the rows before any resampling. So every strategy has the same budget of optimiser steps; early
stopping may leave a part of it unused. A step is made of pure functions of tensors (`steps.py`), so the networks of
several seeds can be stacked and trained as one program. Draws, looks at validation rows and checkpoints are separate
from it, between epochs.
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
    """Length and settings of a network's training: those of the whole cell, which its stages share."""

    steps: int
    epoch: int
    """steps between two looks at validation rows"""
    batch: int
    rate: float
    patience: int = 5
    """number of looks without a better checkpoint after which training stops"""
    optimiser: Literal["adam", "sgd"] = "adam"
    decay: float = 0.0
    """weight decay; with adam, decoupled from the gradient"""


@dataclass(frozen=True)
class Stage:
    """Part of the budget for one call of `train`: steps from `first` to `last`, and the seed of its random numbers."""

    first: int
    last: int
    seed: np.random.SeedSequence


class StageTrainer:
    """Stages of one fit; a strategy's hook `stages` receives the method `train`."""

    def __init__(self, task: Task, table: Table, budget: Budget) -> None:
        self.task, self.budget = task, budget
        self.rows, self.look = DeviceRows.of(table, task.device), Look(task.valid, task.device)
        self.share, self.number, self.steps = 0.0, 0, 0

    def train(
        self, net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net:
        """Train the network for a share of the budget, and return it.

        With a `table` of its own, a stage has no validation rows: it keeps the weights of its last step. Raises
        TrainingError where the share is 0 or less, or exceeds the rest of the budget.
        """
        task, left = self.task, 1 - self.share
        if not 0 < share <= left + 1e-9:
            raise TrainingError(
                f"a stage of {task.strategy.name} must ask for more than 0 and at most {left:.3g} of the budget, "
                f"got {share:.3g}"
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
    """Train a network in place through one stage, and return the number of steps taken.

    Only parameters whose name starts with `only` move. Raises TrainingError where there are none, or where weights
    become NaN or infinite.
    """
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
    """Return the error for a stage in which no parameter can move."""
    return TrainingError(f"{strategy.name} trains only parameters whose name starts with {only!r}, but there are none")


def diverged(strategy: Strategy) -> TrainingError:
    """Return the error for weights that are NaN or infinite."""
    return TrainingError(f"training with {strategy.name} diverged: some weights are NaN or infinite")


def _epochs(epochs: Epochs, look: Look | None) -> int:
    """Run the epochs with a look after each, restore the best checkpoint, and return the number of steps."""
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
    """State of one stage between epochs: optimiser, random streams, and recall by class (looks, K) so far."""

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
        """Run one epoch: draw its random numbers once, then take the steps. Raises TrainingError on divergence."""
        own, other, uniform, normal = self.draws.epoch(done / self.budget.steps, steps, self.recall)
        empty = Rng(uniform[0], normal[0])
        for i in range(steps):
            rng = Rng(uniform[i], normal[i]) if any(self.draws_per_step) else empty
            at = Moment((done + i) / self.budget.steps, self.rows.counts, self.recall, rng)
            self.step(self.rows.take(own[i]), other[i], at)
        if not all(bool(torch.isfinite(p).all()) for p in self.params.values()):
            raise diverged(self.strategy)

    def step(self, batch: Batch, other: Tensor, at: Moment) -> None:
        """Take one step of the optimiser; a hook that is not overridden costs nothing."""
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
    """Parameters and their gradients as views of one vector each, so that the optimiser handles a single tensor."""

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
        """Give each parameter its own memory again."""
        for p in self.params.values():
            p.data, p.grad = p.data.clone(), None
