"""NearMiss: only those rows of large classes that lie near the smallest class."""

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import NearMiss as Sampler

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import among, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered

SHORT = "The number of the samples to be selected is larger"


@final
@dataclass(frozen=True)
class NearMiss(Strategy):
    """Keep the rows of large classes nearest to the smallest class.

    Zhang and Mani 2003, ICML workshop on learning from imbalanced datasets. Uses imbalanced-learn's NearMiss. Version 1
    keeps the rows with the least mean distance to their `n_neighbors` nearest rows of the smallest class, version 2 to
    their farthest. Version 3 takes the `n_neighbors` nearest rows of each row of the smallest class, and keeps the
    farthest of these; it may keep fewer rows than the goal. Distances are Euclidean over numbers and one-hot
    categories: two different codes are the square root of 2 apart. Goals follow from `strength` and `floor`, as in
    random-undersampling.
    """

    name: ClassVar[str] = "near-miss"
    paper: ClassVar[str] = "Zhang and Mani 2003, ICML workshop on learning from imbalanced datasets"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"version": (1, 2, 3), "strength": STRENGTHS}
    strength: float = STRENGTH
    floor: int = 10
    version: int = 1
    n_neighbors: int = 3

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("floor", self.floor)
        among("version", self.version, (1, 2, 3))
        whole("n_neighbors", self.n_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts = table.counts
        goals = lowered(counts, self.strength, self.floor)
        if not goals:  # a bootstrap may contain no class to lower
            return table
        near = min(self.n_neighbors, int(counts[counts > 0].min()))
        first = min(self.n_neighbors, *(int(counts[c]) for c in goals))
        sampler = Sampler(
            sampling_strategy=goals,
            version=self.version,
            n_neighbors=near if self.version == 2 else resources.neighbors(near),  # 2 uses the whole smallest class
            n_neighbors_ver3=resources.neighbors(first),
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", SHORT)  # version 3 keeps the rows that it finds, as documented
            sampler.fit_resample(table.one_hot(), table.y)
        return table.take(sampler.sample_indices_)
