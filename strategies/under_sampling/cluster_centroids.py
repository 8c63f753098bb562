"""Cluster centroids: rows of large classes are replaced by the centres of their clusters."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import ClusterCentroids as Sampler
from sklearn.cluster import KMeans

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import among, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered


@final
@dataclass(frozen=True)
class ClusterCentroids(Strategy):
    """Replace large classes by the centres of k-means clusters.

    Yen and Lee 2009, Expert Systems with Applications 36(3). Uses imbalanced-learn's ClusterCentroids. With `voting`
    hard, each centre is replaced by the row nearest to it. With `voting` soft, a centre is a new row, and each of its
    categories is the most frequent one of its cluster. Goals follow from `strength` and `floor`, as in
    random-undersampling; a class with fewer distinct rows than its goal has one cluster for each of them.
    """

    name: ClassVar[str] = "cluster-centroids"
    paper: ClassVar[str] = "Yen and Lee 2009, Expert Systems with Applications 36(3)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "voting": ("soft", "hard")}
    strength: float = STRENGTH
    floor: int = 10
    voting: str = "soft"

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("floor", self.floor)
        among("voting", self.voting, ("soft", "hard"))

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        goals = lowered(table.counts, self.strength, self.floor)
        if not goals:  # a bootstrap may contain no class to lower
            return table
        wide = table.one_hot()
        goals = {c: min(goal, len(np.unique(wide[table.y == c], axis=0))) for c, goal in goals.items()}
        seed = int(rng.integers(2**31))
        sampler = Sampler(
            sampling_strategy=goals, random_state=seed, estimator=KMeans(random_state=seed), voting=self.voting
        )
        x, y = sampler.fit_resample(wide, table.y)
        large = np.isin(y, list(goals))
        return table.take(~np.isin(table.y, list(goals))).plus(table.drawn(table.from_one_hot(x[large]), y[large]))
