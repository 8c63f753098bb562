"""Random under-sampling: random rows of large classes are removed."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import RandomUnderSampler

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, lowered, why_not_lowered


@final
@dataclass(frozen=True)
class RandomUndersampling(Strategy):
    """Keep a random part of large classes.

    Batista, Prati and Monard 2004, SIGKDD Explorations 6(1). Uses imbalanced-learn's RandomUnderSampler. `strength` 1
    makes all classes as small as the smallest, lower ones lie between, see `targets.py`. A class with fewer than
    `floor` rows counts as `floor`: otherwise one class of 2 rows among 50 would cost nearly all rows of the others.
    """

    name: ClassVar[str] = "random-undersampling"
    paper: ClassVar[str] = "Batista, Prati and Monard 2004, SIGKDD Explorations 6(1)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS}
    strength: float = STRENGTH
    floor: int = 10

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("floor", self.floor)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_lowered(profile.counts, self.strength, self.floor)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        goals = lowered(table.counts, self.strength, self.floor)
        if not goals:  # a bootstrap may contain no class to lower
            return table
        sampler = RandomUnderSampler(sampling_strategy=goals, random_state=int(rng.integers(2**31)))
        sampler.fit_resample(np.arange(len(table))[:, None], table.y)
        return table.take(sampler.sample_indices_)
