"""Balanced random forest: each tree is grown on equally many rows of every class."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.ensemble import BalancedRandomForestClassifier

from longtail.strategies.base import Model, Strategy
from longtail.strategies.models import Wrapped, codes
from longtail.strategies.rules import whole
from longtail.strategies.table import Doubles, Profile, Table


@final
@dataclass(frozen=True)
class BalancedRandomForest(Strategy):
    """Grow each tree on as many rows of every class, drawn with replacement, as the smallest class has.

    Chen, Liaw and Breiman 2004, University of California Berkeley, report 666 (for two classes). Uses
    imbalanced-learn's BalancedRandomForestClassifier; categories are split by code, as in the learner forest. If the
    smallest class has 2 rows, each tree has 2 rows of every class.
    """

    name: ClassVar[str] = "balanced-random-forest"
    paper: ClassVar[str] = "Chen, Liaw and Breiman 2004, UC Berkeley technical report 666"
    home: ClassVar[str] = "forest"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"trees": (25, 100, 300)}
    trees: int = 25  # NOTE[DIFF] the paper names no number; all ensembles here have 25

    def __post_init__(self) -> None:
        whole("trees", self.trees)

    def why_skip(self, profile: Profile) -> str | None:
        there = profile.counts[profile.counts > 0]
        if len(there) < 2:
            return "a balanced forest needs rows of two classes"
        return "all classes have the same size, so there is nothing to balance" if np.ptp(there) == 0 else None

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        model = BalancedRandomForestClassifier(
            self.trees,
            sampling_strategy="all",
            replacement=True,
            bootstrap=False,
            random_state=int(rng.integers(2**31)),
        )
        return Wrapped(model.fit(table.x, table.y, table.weight), table.classes, codes)

    def shift(self, trained: Profile) -> Doubles | None:
        """Return factors (K,) to the numbers of distinct rows that a tree sees.

        Row weights do not matter, as leaves are pure. n draws out of N rows with replacement contain N (1 - (1 -
        1/N)^n) distinct rows, fewest for the smallest class.
        """
        rows = np.maximum(trained.counts, 1)
        met = np.where(trained.mass > 0, rows * (1 - (1 - 1 / rows) ** trained.counts[trained.counts > 0].min()), 0)
        return np.asarray(met / met.sum() / np.where(met > 0, trained.priors, 1), np.float64)
