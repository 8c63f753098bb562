"""Exponentiated gradient: fair decisions for users of low and high activity, by fairlearn's reduction."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, final

import numpy as np
from fairlearn.reductions import DemographicParity, EqualizedOdds, ErrorRate, TruePositiveRateParity
from fairlearn.reductions import ExponentiatedGradient as Reduction
from numpy.typing import NDArray

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.models import logs, probabilities
from longtail.strategies.rules import among, flag, inside, whole
from longtail.strategies.table import Floats, Ints, Profile, Table

CONSTRAINTS: dict[str, Callable[..., Any]] = {
    "equalized-odds": EqualizedOdds,
    "true-positive-rate": TruePositiveRateParity,
    "demographic-parity": DemographicParity,
}


@final
@dataclass(frozen=True)
class ExponentiatedGradient(Strategy):
    """Mix fits under changing row weights so that decisions are as good for rare users as for frequent ones.

    Agarwal et al. 2018, ICML, as implemented in fairlearn. The sensitive attribute is activity: the fewest users that
    hold half of the rows against all others. With `balanced`, errors on both classes have equal total cost; otherwise
    the best decision on rare clicks is never to predict one.
    """

    name: ClassVar[str] = "exponentiated-gradient"
    paper: ClassVar[str] = "Agarwal et al. 2018, ICML, exponentiated gradient reduction"
    reads: ClassVar[frozenset[str]] = frozenset({"group"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "constraint": ("equalized-odds", "true-positive-rate", "demographic-parity"),
        "eps": (0.01, 0.05),
    }
    constraint: Literal["equalized-odds", "true-positive-rate", "demographic-parity"] = "equalized-odds"
    eps: float = 0.01
    rounds: int = 10  # NOTE[DIFF] fairlearn's 50 would be 50 fits
    balanced: bool = True

    def __post_init__(self) -> None:
        among("constraint", self.constraint, CONSTRAINTS)
        inside("eps", self.eps)
        whole("rounds", self.rounds, 2)
        flag("balanced", self.balanced)

    def why_skip(self, profile: Profile) -> str | None:
        if profile.classes != 2:
            return f"fairlearn's reductions need two classes, and there are {profile.classes}"
        if (profile.counts == 0).any():
            return "fairlearn's reductions need rows of both classes"
        return None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        if table.group is None:
            raise ValueError("exponentiated-gradient needs the user of every row, and synthetic rows have none")
        share = float(table.profile.priors[1])
        costs = {"fp": share, "fn": 1 - share} if self.balanced else {"fp": 1.0, "fn": 1.0}
        reduction = Reduction(
            RowLearner(table, fit),
            CONSTRAINTS[self.constraint](difference_bound=self.eps),
            objective=ErrorRate(costs=costs),
            eps=self.eps,
            max_iter=self.rounds,
        )
        places = np.arange(len(table))[:, None]
        with warnings.catch_warnings():
            # fairlearn sets values of pandas series in ways that pandas has deprecated
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            reduction.fit(places, table.y, sensitive_features=frequent(table.group))
        return RandomisedModel(reduction)

    def shift(self, trained: Profile) -> None:
        # it mixes fits on relabelled rows
        return None


def frequent(group: Ints) -> NDArray[np.bool_]:
    """Return a bool mask (n,) of the rows by the fewest users that hold half of the rows."""
    users, place, rows = np.unique(group, return_inverse=True, return_counts=True)
    order = np.argsort(-rows, kind="stable")
    active = np.zeros(len(users), bool)
    active[order[: 1 + int(np.searchsorted(np.cumsum(rows[order]), len(group) / 2))]] = True
    return np.asarray(active[place], np.bool_)


class RowLearner:
    """The cell's learner with the interface that fairlearn needs; X are positions of rows (n, 1)."""

    def __init__(self, table: Table, fit: Fit) -> None:
        self.table, self.fit_rows = table, fit
        self.model: Model | None = None
        self.known: Ints | None = None

    def __sklearn_clone__(self) -> RowLearner:
        return RowLearner(self.table, self.fit_rows)

    def fit(self, X: Any, y: Any, sample_weight: Any) -> RowLearner:
        """Fit on rows with other labels and weights, (n,) each."""
        rows = self.table.take(np.asarray(X)[:, 0].astype(np.int64))
        weight = np.asarray(sample_weight, np.float64)
        weight = (rows.weight * weight / weight.mean()).astype(np.float32)
        self.model = self.fit_rows(replace(rows, y=np.array(y, np.int64), weight=weight))
        self.known = np.asarray(self.model.scores(self.table).argmax(axis=1), np.int64)
        return self

    def predict(self, X: Any) -> Ints:
        """Return decisions (n,) on rows of the table."""
        assert self.known is not None
        return self.known[np.asarray(X)[:, 0].astype(np.int64)]


class RandomisedModel:
    """The fits of the reduction and their weights as one model.

    fairlearn draws one fit per row by these weights and takes its decision. Here probabilities are mixed by the
    weights, so that rows can be ranked and nothing is random.
    """

    def __init__(self, reduction: Any) -> None:
        # NOTE[DIFF] mixed probabilities instead of a random fit's decision
        chosen = reduction.weights_[reduction.weights_ > 0]
        self.weights = [float(weight) for weight in chosen]
        fits = [reduction.predictors_.loc[place] for place in chosen.index]
        self.members: list[Model | int] = [
            rows.model if isinstance(rows, RowLearner) and rows.model is not None else int(rows.predict([[0]])[0])
            for rows in fits
        ]

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities, (n, 2)."""
        total = np.zeros((len(table), 2))
        for weight, member in zip(self.weights, self.members, strict=True):
            if isinstance(member, int):
                total[:, member] += weight  # fairlearn's constant prediction where all labels of a round are equal
            else:
                total += weight * probabilities(member, table)
        return logs(total)
