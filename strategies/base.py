"""What a strategy is: hooks that change nothing unless overridden, in the order in which data meets them."""

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
"""log-probabilities (n, K) -> log-probabilities or, from `decide`, values (n, K) whose argmax is the decision"""


class LackingError(ValueError):
    """Rows made on the way lack what a strategy reads, as synthetic ones do a propensity: it is not applicable."""


class Model(Protocol):
    """What a fit gives."""

    def scores(self, table: Table) -> Floats:
        """Log-probabilities, (n, K); never NaN."""


class Fit(Protocol):
    """Trains the cell's learner on these rows, with the strategy's other hooks; members differ in their seeds."""

    def __call__(self, table: Table, *, member: int = 0) -> Model: ...


class Train(Protocol):
    """Trains a network for a share of the cell's budget.

    `table` other rows than the cell's, `using` another strategy's hooks, `only` parameters whose name begins so.
    """

    def __call__(
        self, net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net: ...


def scikit_neighbors(k: int) -> Any:
    """scikit-learn's own."""
    return NearestNeighbors(n_neighbors=k)


@dataclass(frozen=True)
class Resources:
    """What the machine lends a strategy: the `device`, and `neighbors(k)`, a clonable estimator with `kneighbors`.

    Neighbours are exact, by Euclidean distance, and as in scikit-learn a fitted row is its own nearest.
    """

    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    neighbors: Callable[[int], Any] = scikit_neighbors


@dataclass(frozen=True)
class Strategy:
    """One way to rebalance. A subclass is final, frozen and stateless: it overrides the hooks that it needs.

    The class docstring's first line says the idea, the second paragraph names authors, year, venue and what is theirs.
    A place that `paper` names (an equation, a section) is named there too; without one the docstring states the rule or
    the formula itself.
    Parameters are dataclass fields with the paper's default, checked in `__post_init__`.
    """

    name: ClassVar[str] = ""
    """as in suites: lower case with hyphens, unique"""
    paper: ClassVar[str] = ""
    """authors, year, venue; an equation or a section where it was looked up"""
    reads: ClassVar[frozenset[str]] = frozenset()
    """fields of the table beside features, class and weight that it may see (table.READABLE)"""
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {}
    """values worth tuning, by parameter"""
    home: ClassVar[str] = ""
    """for one with an `estimator`: the learner among whose results it is ranked"""
    pairs: ClassVar[bool] = True
    """whether its `augment` looks at partners; else none are drawn, and it is given the batch twice"""
    claims: ClassVar[frozenset[str]] = frozenset()
    """what no other part of a chain may have too: hooks that its stages override, and keys of chain.CLAIMS"""
    last: ClassVar[frozenset[str]] = frozenset()
    """hooks that no part after it in a chain may override"""

    # any learner: numpy
    def why_skip(self, profile: Profile) -> str | None:
        """Say in a sentence why it can't work on such training rows, or None."""
        return None

    def why_not_alone(self) -> str | None:
        """Say in a sentence what it needs beside it in a chain, or None; a chain isn't asked."""
        return None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        """Fit once or many times: ensembles, self-training."""
        return fit(table)

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        """Fit a whole estimator of its own."""
        raise NotImplementedError

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        """Change the rows, inside each fit."""
        return table

    def row_weights(self, table: Table) -> Floats | None:
        """Factors on the weights of the rows, (n,), mean 1."""
        return None

    # networks: Python, once a fit
    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        """Change the network before training."""
        return net

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        """Train in stages that share the budget."""
        return train(net)

    # networks, once an epoch
    def draw(self, at: Moment) -> Tensor | None:
        """Class probabilities (K,) by which batches are drawn; None: every row once an epoch."""
        return None

    def partner(self, at: Moment) -> Tensor | None:
        """Class probabilities (K,) of mixing partners; not overridden: as `draw`."""
        return None

    # networks, every step: pure functions of tensors, the same shapes and number of random draws every step
    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        """Change a batch, given a partner for each row."""
        return batch

    def class_weights(self, at: Moment) -> Tensor | None:
        """Factors on the losses of rows by their class, (K,)."""
        return None

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        """One loss a row (B,) from logits (B, K) and hard labels (B,): each from its own row's alone."""
        return F.cross_entropy(logits, y, reduction="none")

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        """Terms (B,) whose mean is minimised."""
        return losses(net(batch), batch)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        """The gradient by parameter name, of `rows`: parameters -> terms (B,). Only torch.func inside."""
        raise NotImplementedError

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        """Multipliers of the optimiser's step, by parameter name, each broadcastable to its parameter."""
        return {}

    @property
    def settled(self) -> float:
        """Fraction of training before which no checkpoint counts."""
        return 0.0

    # what its scores mean
    def shift(self, trained: Profile) -> Doubles | None:
        """Factors (K,) from the priors of the rows trained on to the priors that its scores refer to.

        Not overridden, they follow from `draw` and `class_weights` at the end of training. None where no formula
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
        """The profile with its mass at the priors that the scores refer to, where a formula gives them."""
        shift = self.shift(trained)
        return trained if shift is None else replace(trained, mass=trained.mass * shift)

    # any learner, fitted on validation rows; `natural` profile of the data, `trained` with the priors of the scores
    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        """Map scores to log-probabilities under the natural priors."""
        return None

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        """Map scores to decision values; nothing else changes."""
        return None

    @property
    def acts(self) -> frozenset[str]:
        """The hooks that it overrides."""
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
"""In the order in which data meets them."""


def row_losses(strategy: Strategy, at: Moment) -> Losses:
    """The strategy's loss, weighted, of labels that may be shared with a partner; the caller takes the mean."""
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
