"""What a schedule does to training: the classes of the rows that steps meet, networks before and after each stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, final

import numpy as np
import pytest
import torch
from torch import Tensor

from longtail.bench.registry import learner_named
from longtail.bench.training import loop
from longtail.bench.training.fitting import Fitted, Fitting
from longtail.strategies.base import Strategy
from longtail.strategies.chain import Chain
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Table

CPU = torch.device("cpu")


@final
@dataclass(frozen=True)
class Spy(Strategy):
    """Writes down the classes of every batch and of its rows' partners."""

    name: ClassVar[str] = "spy"
    met: list[tuple[float, Tensor, Tensor]] = field(default_factory=list)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        if type(at.rng) is Rng:  # else a dry run, which counts random numbers
            self.met.append((at.fraction, batch.y, other.y))
        return batch


@dataclass
class Stage:
    """One call of `train`."""

    only: str
    draws: bool
    share: float
    before: dict[str, Tensor]
    after: dict[str, Tensor]


@dataclass
class Course:
    """A whole fit."""

    fitted: Fitted
    stages: list[Stage]
    met: list[tuple[float, Tensor, Tensor]]

    def shares(self, since: float = 0.0, until: float = 1.0, partners: bool = False) -> tuple[np.ndarray, int]:
        """Shares of the classes (K,) among the rows met between two fractions of training, and how many rows."""
        rows = torch.cat([other if partners else own for at, own, other in self.met if since <= at < until])
        return np.bincount(rows.numpy(), minlength=self.fitted.natural.classes) / len(rows), len(rows)


@pytest.fixture
def course() -> Callable[..., Course]:
    """`course(strategy, train, valid, **settings of the network)`."""

    def fit(strategy: Strategy, train: Table, valid: Table, **settings: Any) -> Course:
        spy, stages = Spy(), []

        def trainer(
            net: Net, rows: Any, look: Any, using: Strategy, budget: loop.Budget, stage: loop.Stage, only: str = ""
        ) -> int:
            before = {name: value.clone() for name, value in net.state_dict().items()}
            steps = loop.train(net, rows, look, using, budget, stage, only)
            draws = using.draw(Moment(0.99, rows.counts, torch.zeros(0, len(rows.counts)), None)) is not None  # type: ignore[arg-type]
            share = (stage.last - stage.first) / budget.steps
            after = {name: value.clone() for name, value in net.state_dict().items()}
            stages.append(Stage(only, draws, share, before, after))
            return steps

        learner = learner_named("mlp", {"epochs": 10, "batch": 32, "hidden": 8, "rate": 0.01} | settings)
        fitted = Fitting(Chain((strategy, spy)), learner, train, valid, 0, CPU, trainer).fitted()
        return Course(fitted, stages, spy.met)

    return fit


@pytest.fixture
def as_stated() -> Callable[..., None]:
    """`as_stated(shares, rows, expected)`: counts lie within four standard deviations of stated probabilities."""

    def check(shares: np.ndarray, rows: int, expected: Any) -> None:
        p = np.asarray(expected, np.float64)
        assert (np.abs(shares - p) <= 4 * np.sqrt(p * (1 - p) / rows)).all(), (shares, p)

    return check
