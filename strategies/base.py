"""Base class of strategies: hooks that change nothing unless overridden, in the order in which data meets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from longtail.strategies.network import Batch, Losses, Moment, Net, Params, Rng
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table

Scores = Callable[[Floats], Floats]
"""log-probabilities (n, K) -> log-probabilities (n, K); from `decide`, values (n, K) whose argmax is the decision"""


class LackingError(ValueError):
    """A strategy is not applicable, as rows made by another part lack a field that it reads, such as the propensity."""


class Model(Protocol):
    """A fitted model."""

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities, shape (n, K), without NaN."""


class Fit(Protocol):
    """A function that trains the cell's learner on a table, under the other hooks; each `member` has its own seed."""

    def __call__(self, table: Table, *, member: int = 0) -> Model: ...


class Train(Protocol):
    """A function that trains a network for a share of the cell's optimiser steps and returns it.

    `table`: rows to train on instead of the cell's. `using`: a strategy whose hooks apply instead of this one's.
    `only`: train the parameters whose names start with this text. `share`: a fraction of the steps; all stages together
    may use at most 1.
    """

    def __call__(
        self, net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net: ...


def scikit_neighbors(k: int) -> Any:
    """Return scikit-learn's own estimator of the k nearest neighbours."""
    return NearestNeighbors(n_neighbors=k)


@dataclass(frozen=True)
class Resources:
    """Resources of the machine that a strategy may use: the `device`, and `neighbors(k)`, a neighbour estimator.

    The estimator can be cloned and has `kneighbors`. Neighbours are exact, by Euclidean distance. As in scikit-learn, a
    fitted row is its own nearest neighbour.
    """

    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    neighbors: Callable[[int], Any] = scikit_neighbors


@dataclass(frozen=True)
class Strategy:
    """One way to rebalance. A subclass is final, frozen and stateless, and overrides the hooks that it needs.

    The first line of the class docstring states the idea. The second paragraph names authors, year, venue and what
    comes from them. It repeats every place that `paper` names (an equation, a section); where `paper` names no place,
    it states the rule or the formula. Parameters are dataclass fields with the paper's defaults, checked in
    `__post_init__`. How far a resampler or weight goes towards balance is `strength`, with the default of `targets.py`.
    """

    name: ClassVar[str] = ""
    """name in suites: lower case with hyphens, unique"""
    paper: ClassVar[str] = ""
    """authors, year and venue; also the equation or section that was read"""
    reads: ClassVar[frozenset[str]] = frozenset()
    """fields of the table that the strategy may see besides features, class and weight; a subset of table.READABLE"""
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {}
    """values worth tuning, per parameter"""
    home: ClassVar[str] = ""
    """for a strategy with an `estimator`: the learner whose results it is ranked with"""
    pairs: ClassVar[bool] = True
    """whether `augment` uses partner rows; if not, no partners are drawn and `augment` receives the batch twice"""
    claims: ClassVar[frozenset[str]] = frozenset()
    """things that only one part of a chain may have: hooks that its stages override, and keys of chain.CLAIMS"""
    last: ClassVar[frozenset[str]] = frozenset()
    """hooks that no later part of a chain may override"""

    # for every learner, in numpy
    def why_skip(self, profile: Profile) -> str | None:
        """Say in a sentence why the strategy can't work on training rows with this profile, or return None."""
        return None

    def why_not_alone(self) -> str | None:
        """Say in a sentence what the strategy needs beside it in a chain, or return None; a chain is not asked."""
        return None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        """Fit the learner once or many times, as ensembles and self-training do, and return the model."""
        return fit(table)

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        """Fit the strategy's own estimator instead of the learner, and return the model."""
        raise NotImplementedError

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        """Return the rows to train on; called in each fit."""
        return table

    def row_weights(self, table: Table) -> Floats | None:
        """Return factors on the row weights, shape (n,), mean 1, or None for no change."""
        return None

    # for networks, once per fit; any Python
    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        """Return the network to train, changed before training starts."""
        return net

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        """Train the network in stages that share the budget, and return it."""
        return train(net)

    # for networks, once per epoch
    def draw(self, at: Moment) -> Tensor | None:
        """Return the class probabilities (K,) of batches, or None: then every epoch visits each row once."""
        return None

    def partner(self, at: Moment) -> Tensor | None:
        """Return the class probabilities (K,) of mixing partners; if not overridden, those of `draw` apply."""
        return None

    # for networks, in every step: pure functions of tensors, with the same shapes and number of random draws each time
    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        """Return the batch with changed rows; `other` holds one partner per row."""
        return batch

    def class_weights(self, at: Moment) -> Tensor | None:
        """Return factors on the row losses by class, shape (K,), or None for no change."""
        return None

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        """Return one loss per row (B,) from logits (B, K) and labels (B,); each depends on its own row alone."""
        return F.cross_entropy(logits, y, reduction="none")

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        """Return the terms (B,) whose mean is minimised."""
        return losses(net(batch), batch)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        """Return the gradient by parameter name. `rows` maps parameters to terms (B,); only torch.func may be used."""
        raise NotImplementedError

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        """Return multipliers of the optimiser's step by parameter name, each broadcastable to its parameter."""
        return {}

    @property
    def settled(self) -> float:
        """Return the fraction of training before which no checkpoint counts."""
        return 0.0

    # the priors that the scores refer to
    def shift(self, trained: Profile) -> Doubles | None:
        """Return factors (K,) from the priors of the rows trained on to the priors that the scores refer to, or None.

        By default the factors follow from `draw` and `class_weights` at the end of training. None means that no formula
        holds: then offsets are fitted on validation rows.
        """
        counts = torch.as_tensor(trained.counts, dtype=torch.float32)
        empty = torch.zeros(0)
        at = Moment(1.0, counts, torch.zeros(1, len(counts)), Rng(empty, empty))
        factor = np.ones(len(counts))
        if (drawn := self.draw(at)) is not None:
            factor = factor * drawn.double().numpy() * trained.counts.sum() / np.maximum(trained.counts, 1)
        if (weights := self.class_weights(at)) is not None:
            factor = factor * weights.double().numpy()
        return factor

    def meant(self, trained: Profile) -> Profile:
        """Return the profile with its mass at the priors that the scores refer to; unchanged where `shift` is None."""
        shift = self.shift(trained)
        return trained if shift is None else replace(trained, mass=trained.mass * shift)

    # for every learner, fitted on validation rows: `natural` has the priors of the data, `trained` those of the scores
    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        """Return a map from scores to log-probabilities under the natural priors, or None for no change."""
        return None

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        """Return a map from scores to decision values, or None for no change; probabilities stay as they are."""
        return None

    @property
    def acts(self) -> frozenset[str]:
        """Return the names of the hooks that the strategy overrides."""
        return frozenset(hook for hook in HOOKS if getattr(type(self), hook) is not getattr(Strategy, hook))


HOOKS = (
    "assemble",
    "estimator",
    "resample",
    "row_weights",
    "network",
    "stages",
    "draw",
    "partner",
    "augment",
    "class_weights",
    "loss",
    "objective",
    "gradient",
    "step_sizes",
    "calibrate",
    "decide",
)
"""hooks in the order in which data meets them"""


def row_losses(strategy: Strategy, at: Moment) -> Losses:
    """Return the strategy's weighted loss, for labels that may be shared with a partner; the caller takes the mean."""
    weights = strategy.class_weights(at)

    def term(logits: Tensor, y: Tensor, weight: Tensor) -> Tensor:
        rows = strategy.loss(logits, y, at) * weight
        return rows if weights is None else rows * weights[y]

    def losses(logits: Tensor, batch: Batch) -> Tensor:
        own = term(logits, batch.y, batch.weight)
        if batch.other is None or batch.share is None:
            return own
        return batch.share * own + (1 - batch.share) * term(logits, batch.other.y, batch.other.weight)

    def shared(logits: Tensor, batch: Batch) -> Tensor:
        # cross-entropy is linear in the label: one softmax serves both classes
        if batch.other is None or batch.share is None:
            return losses(logits, batch)
        both = torch.stack([batch.y, batch.other.y], -1)
        factors = torch.stack([batch.share * batch.weight, (1 - batch.share) * batch.other.weight], -1)
        if weights is not None:
            factors = factors * weights[both]
        return -(factors * logits.log_softmax(-1).gather(-1, both)).sum(-1)

    return losses if "loss" in strategy.acts else shared
