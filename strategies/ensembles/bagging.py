"""Bagging: the learner is fitted on bootstraps of the rows, and probabilities are averaged."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.models import Average
from longtail.strategies.rules import whole
from longtail.strategies.table import Ints, Profile, Table


@final
@dataclass(frozen=True)
class Bagging(Strategy):
    """Average the probabilities of `members` models, each fitted on a bootstrap: n rows drawn with replacement.

    Breiman 1996, Machine Learning 24(2). It is the plain control, of equal size, for ensembles that rebalance; with
    random-undersampling it composes to UnderBagging, whose members resample each bootstrap. A bootstrap with only one
    class is drawn again, as nothing can be learnt from it.
    """

    name: ClassVar[str] = "bagging"
    paper: ClassVar[str] = "Breiman 1996, Machine Learning 24(2)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"members": (10, 25, 50)}
    members: int = 25  # NOTE[DIFF] 50 for classification in the paper; all ensembles here have 25

    def __post_init__(self) -> None:
        whole("members", self.members)

    def why_skip(self, profile: Profile) -> str | None:
        return "a bootstrap needs rows of two classes" if (profile.counts > 0).sum() < 2 else None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        return Average([fit(table.take(bootstrap(table, rng)), member=member) for member in range(self.members)])


def bootstrap(table: Table, rng: np.random.Generator) -> Ints:
    """Draw positions (n,) of rows with replacement, from at least two classes."""
    while True:
        rows = np.sort(rng.integers(len(table), size=len(table)))
        if np.ptp(table.y[rows]) > 0:
            return rows
