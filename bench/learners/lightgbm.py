"""Gradient-boosted trees of LightGBM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import lightgbm
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longtail.bench.seeds import generator, seed_for
from longtail.bench.training.boosting import BoostedTrees
from longtail.bench.training.learner import ANY, Costs, Task
from longtail.strategies.base import Model, Strategy, row_losses
from longtail.strategies.models import logs
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Doubles, Floats, Ints, Table

LEAST_CURVATURE = 1e-6
"""least second derivative of a row's loss: where a loss such as the focal loss is not convex, steps would reverse"""


@final
@dataclass(frozen=True)
class Lightgbm(BoostedTrees):
    """Histogram boosting that grows trees leaf by leaf (Ke et al. 2017, NeurIPS), with native categories.

    A strategy's loss is boosted unchanged: automatic differentiation gives the gradient and the diagonal of the second
    derivatives, and the first scores are the class frequencies. Training never stops early, for the reason given in
    `gbdt`.
    """

    name: ClassVar[str] = "lightgbm"
    honours: ClassVar[frozenset[str]] = ANY | {"loss", "class_weights"}
    most_classes: ClassVar[int] = 100

    def seconds(self, rows: int, classes: int) -> float:
        return 1e-4 * rows

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        encode = self.encode
        there = np.flatnonzero(table.counts)
        costs.optimiser_steps += self.iterations
        own = bool(task.strategy.acts & {"loss", "class_weights"})
        prior = np.log(np.maximum(table.profile.priors, 1e-12))
        if len(there) == 1:
            return Boosted(None, there, table.classes, encode, prior)
        # a strategy's loss needs all classes; LightGBM's own loss needs only those with rows
        labels = table.y if own else np.searchsorted(there, table.y)
        kept = np.arange(table.classes) if own else there
        x = encode(table)
        rows = lightgbm.Dataset(
            x,
            labels,
            weight=None if own else table.weight,
            init_score=np.tile(prior, (len(table), 1)) if own else None,
            categorical_feature=np.flatnonzero(table.categorical).tolist() if self.native else [],
            params={"verbosity": -1},
            free_raw_data=True,
        )
        parameters = self._parameters(int(seed_for(task.seed, "weights", task.member).generate_state(1)[0] >> 1))
        dice = Dice(generator(seed_for(task.seed, "strategy", task.member, 1)))
        objective = Boosting(task.strategy, table, self.iterations, dice) if own else ""
        kind = {"num_class": len(kept), "objective": objective or "multiclass"}
        if len(kept) == 2 and not own:
            kind = {"objective": "binary"}
        booster = lightgbm.train(parameters | kind, rows, self.iterations)
        return Boosted(_text(booster), kept, table.classes, encode, prior if own else None)

    def _parameters(self, seed: int) -> dict[str, Any]:
        return {
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.leaf,
            "lambda_l2": self.penalty,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }


def _text(booster: Any) -> str:
    text: str = booster.model_to_string(num_iteration=-1)
    return text


class Dice(Rng):
    """Source of random numbers that draws on request; the loss is computed once per iteration, for all rows."""

    def __init__(self, source: torch.Generator) -> None:
        super().__init__(torch.zeros(0), torch.zeros(0))
        self.source = source

    def uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.source)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.source)


class Boosting:
    """Strategy's loss as an objective of LightGBM: first and second derivatives by the logits, (n, K) each."""

    def __init__(self, strategy: Strategy, table: Table, iterations: int, dice: Rng) -> None:
        self.strategy, self.iterations, self.done, self.dice = strategy, iterations, 0, dice
        self.y, self.weight = torch.from_numpy(table.y), torch.from_numpy(table.weight).double()
        self.counts = torch.from_numpy(table.counts).float()

    def __call__(self, scores: NDArray[np.float64], rows: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        logits = torch.from_numpy(np.asarray(scores, np.float64).reshape(len(self.y), -1))
        at = Moment(self.done / self.iterations, self.counts, torch.zeros(1, len(self.counts)), self.dice)
        self.done += 1
        slope, bend = derivatives(self.strategy, logits, Batch((), self.y, self.weight), at)
        return slope.numpy(), bend.clamp_min(LEAST_CURVATURE).numpy()


def derivatives(strategy: Strategy, logits: Tensor, batch: Batch, at: Moment) -> tuple[Tensor, Tensor]:
    """Return the first derivatives and the diagonal of the second, (n, K) each, of row losses by logits (n, K)."""
    free = logits.clone().requires_grad_()
    total = row_losses(strategy, at)(free, batch).sum()
    (slope,) = torch.autograd.grad(total, free, create_graph=True)
    columns = [torch.autograd.grad(slope[:, k].sum(), free, retain_graph=True)[0][:, k] for k in range(slope.shape[1])]
    return slope.detach(), torch.stack(columns, 1)


class Boosted:
    """Boosted trees as a model of all classes; they are stored as text, which can be pickled and forked."""

    def __init__(self, text: str | None, kept: Ints, classes: int, encode: Any, prior: Doubles | None) -> None:
        self.text, self.kept, self.classes, self.encode, self.prior = text, kept, classes, encode, prior
        self.booster: Any = None

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities, (n, K); a class without training rows gets the lowest probability."""
        probabilities = np.zeros((len(table), self.classes))
        probabilities[:, self.kept] = self._probabilities(table)
        return logs(probabilities)

    def _probabilities(self, table: Table) -> NDArray[np.float64]:
        if self.text is None:
            return np.ones((len(table), 1))
        if self.booster is None:
            self.booster = lightgbm.Booster(model_str=self.text)
        found = np.asarray(self.booster.predict(self.encode(table), num_threads=1), np.float64)
        if self.prior is not None:
            found = found + self.prior
            found = np.exp(found - found.max(axis=1, keepdims=True))
            return np.asarray(found / found.sum(axis=1, keepdims=True))
        return found if found.ndim == 2 else np.stack([1 - found, found], axis=1)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"booster": None}
