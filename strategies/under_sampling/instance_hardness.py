"""Instance hardness: only those rows of large classes that a classifier is certain of."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import InstanceHardnessThreshold
from sklearn.ensemble import RandomForestClassifier

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered


@final
@dataclass(frozen=True)
class InstanceHardness(Strategy):
    """Keep the rows of large classes that a forest is surest of.

    Smith, Martinez and Giraud-Carrier 2014, Machine Learning 95(2). Uses imbalanced-learn's InstanceHardnessThreshold:
    out-of-fold probabilities of a random forest over `folds` folds, or over as many as the smallest class has rows.
    Classes with one row are kept and take no part in the forests. Goals follow from `strength` and `floor`, as in
    random-undersampling. Rows of equal probability at the threshold stay together, so a class may keep more rows than
    its goal.
    """

    name: ClassVar[str] = "instance-hardness"
    paper: ClassVar[str] = "Smith, Martinez and Giraud-Carrier 2014, Machine Learning 95(2)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS}
    strength: float = STRENGTH
    floor: int = 10
    folds: int = 5
    trees: int = 100

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("floor", self.floor)
        whole("folds", self.folds, 2)
        whole("trees", self.trees)

    def why_skip(self, profile: Profile) -> str | None:
        if (profile.counts > 1).sum() < 2:
            return "instance hardness needs two classes of 2 rows or more, to find hard rows by folds"
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts = table.counts
        goals = lowered(counts, self.strength, self.floor)
        if not goals or (counts > 1).sum() < 2:  # a bootstrap may contain no class to lower
            return table
        judged = np.flatnonzero(counts[table.y] > 1)
        names, y = np.unique(table.y[judged], return_inverse=True)  # the library needs class indices without gaps
        seed = int(rng.integers(2**31))
        sampler = InstanceHardnessThreshold(
            estimator=RandomForestClassifier(self.trees, random_state=seed),
            sampling_strategy={place: goals[c] for place, c in enumerate(names.tolist()) if c in goals},
            random_state=seed,
            cv=min(self.folds, int(counts[names].min())),
        )
        sampler.fit_resample(table.one_hot()[judged], y)
        alone = np.flatnonzero(counts[table.y] == 1)
        return table.take(np.concatenate([judged[sampler.sample_indices_], alone]))
