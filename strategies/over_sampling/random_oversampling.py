"""Random over-sampling: rows of small classes repeated."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import RandomOverSampler

from longtail.strategies.base import Kit, Strategy
from longtail.strategies.rules import share
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import TARGET, raised, why_not_raised


@final
@dataclass(frozen=True)
class RandomOversampling(Strategy):
    """Repeat rows of small classes, drawn with replacement, until each has `target` of the largest class.

    Batista, Prati and Monard 2004, SIGKDD Explorations 6(1); imblearn's RandomOverSampler. A repeated row
    keeps its weight, propensity and group.
    """

    name: ClassVar[str] = "random-oversampling"
    paper: ClassVar[str] = "Batista, Prati and Monard 2004, SIGKDD Explorations 6(1)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"target": (0.05, 0.1, 0.3, 1.0)}
    target: float = TARGET

    def __post_init__(self) -> None:
        share("target", self.target)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.target)

    def resample(self, table: Table, rng: np.random.Generator, kit: Kit) -> Table:
        goals = raised(table.counts, self.target)
        if not goals:  # a member's bootstrap may have none to raise
            return table
        sampler = RandomOverSampler(sampling_strategy=goals, random_state=int(rng.integers(2**31)))
        sampler.fit_resample(np.arange(len(table))[:, None], table.y)
        return table.take(sampler.sample_indices_)
