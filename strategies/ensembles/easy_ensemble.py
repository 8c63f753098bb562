"""EasyEnsemble: several boosted ensembles of trees, each on all rare rows and a new draw of the others."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.ensemble import EasyEnsembleClassifier
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.strategies.base import Model, Strategy
from longtail.strategies.models import Wrapped, codes
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Doubles, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered


@final
@dataclass(frozen=True)
class EasyEnsemble(Strategy):
    """Average `members` boosted ensembles of `rounds` trees; each member has its own under-sample of large classes.

    Liu, Wu and Zhou 2009, IEEE TSMC-B 39(2), EasyEnsemble. Uses imbalanced-learn's EasyEnsembleClassifier over
    scikit-learn's AdaBoostClassifier. Goals follow from `strength` and `floor`, as in random-undersampling; the
    paper's members are balanced, which is `strength` 1. The library takes no row weights: where they differ, the rows
    of each class are first drawn in proportion to them.
    """

    name: ClassVar[str] = "easy-ensemble"
    paper: ClassVar[str] = "Liu, Wu and Zhou 2009, IEEE TSMC-B 39(2), EasyEnsemble"
    home: ClassVar[str] = "tree"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "strength": STRENGTHS,
        "members": (5, 10),
        "rounds": (5, 10),
        "leaves": (2, 8, 32),
    }
    members: int = 5  # NOTE[DIFF] 4 members of 10 rounds in the paper; all ensembles here have 25 trees
    rounds: int = 5
    leaves: int = 8
    strength: float = STRENGTH
    floor: int = 10

    def __post_init__(self) -> None:
        whole("members", self.members)
        whole("rounds", self.rounds)
        whole("leaves", self.leaves, 2)
        share("strength", self.strength)
        whole("floor", self.floor)

    def why_skip(self, profile: Profile) -> str | None:
        if (profile.counts > 0).sum() < 2:
            return "boosting needs rows of two classes"
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        rows = np.arange(len(table)) if np.ptp(table.weight) == 0 else by_weight(table, rng)
        boosting = AdaBoostClassifier(DecisionTreeClassifier(max_leaf_nodes=self.leaves), n_estimators=self.rounds)
        model = EasyEnsembleClassifier(
            self.members,
            boosting,
            sampling_strategy=lowered(table.counts, self.strength, self.floor),
            random_state=int(rng.integers(2**31)),
        )
        return Wrapped(model.fit(table.x[rows], table.y[rows]), table.classes, codes)

    def shift(self, trained: Profile) -> Doubles | None:
        return None  # votes are not probabilities and refer to no priors


def by_weight(table: Table, rng: np.random.Generator) -> Ints:
    """Draw positions (n,) with replacement in proportion to weight, as many of each class as it has."""
    rows = np.arange(len(table))
    for c in np.flatnonzero(table.counts):
        own = np.flatnonzero(table.y == c)
        mass = table.weight[own].astype(np.float64)
        rows[own] = rng.choice(own, len(own), p=mass / mass.sum())
    return rows
