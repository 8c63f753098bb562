"""Random over-sampling: rows of small classes are repeated, either unchanged or with noise (ROSE)."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import RandomOverSampler

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import positive, share
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised


@final
@dataclass(frozen=True)
class RandomOversampling(Strategy):
    """Repeat rows of small classes, drawn with replacement.

    Batista, Prati and Monard 2004, SIGKDD Explorations 6(1). Uses imbalanced-learn's RandomOverSampler. `strength` 1
    makes all classes as large as the largest, lower ones lie between, see `targets.py`. A repeated row keeps its
    weight, propensity and group. With `shrinkage` it is ROSE, the smoothed bootstrap of Menardi and Torelli 2014, Data
    Mining and Knowledge Discovery 28(1): the numbers of repeated rows get normal noise, whose deviation is that of the
    class times `shrinkage` times the bandwidth that is optimal for a normal density; categories stay.
    """

    name: ClassVar[str] = "random-oversampling"
    paper: ClassVar[str] = "Batista, Prati and Monard 2004, SIGKDD Explorations 6(1)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "shrinkage": (0.0, 0.5, 1.0)}
    strength: float = STRENGTH
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
        if self.shrinkage != 0:
            positive("shrinkage", self.shrinkage)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        goals = raised(table.counts, self.strength)
        if not goals:  # a bootstrap may contain no class to raise
            return table
        numbers = np.flatnonzero(~table.categorical)
        shaken = self.shrinkage if self.shrinkage and len(numbers) else None
        seed = int(rng.integers(2**31))
        sampler = RandomOverSampler(sampling_strategy=goals, random_state=seed, shrinkage=shaken)
        given, _ = sampler.fit_resample(table.x if shaken is None else table.x[:, numbers], table.y)
        rows = table.take(sampler.sample_indices_)
        if shaken is not None:
            rows.x[:, numbers] = given
        return rows
