"""Borderline-SMOTE: new rows only near the border of small classes."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import BorderlineSMOTE as Sampler

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import among, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised


@final
@dataclass(frozen=True)
class BorderlineSmote(Strategy):
    """Draw new rows as SMOTE does, but only from rows of small classes that are in danger at the border.

    Han, Wang and Mao 2005, ICIC. Uses imbalanced-learn's BorderlineSMOTE. A row is in danger if at least half, but not
    all, of its `m_neighbors` nearest rows belong to other classes. Version 1 interpolates towards neighbours of the
    same class, version 2 towards neighbours of any class, at most half-way towards other classes. A class without a row
    in danger is not changed. A class with too few rows for `k_neighbors` uses all other rows that it has. Categories as
    in `mechanisms/interpolated_rows.py`.
    """

    name: ClassVar[str] = "borderline-smote"
    paper: ClassVar[str] = "Han, Wang and Mao 2005, ICIC"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"version": (1, 2), "strength": STRENGTHS}
    strength: float = STRENGTH
    version: int = 1
    k_neighbors: int = 5
    m_neighbors: int = 10

    def __post_init__(self) -> None:
        share("strength", self.strength)
        among("version", self.version, (1, 2))
        whole("k_neighbors", self.k_neighbors)
        whole("m_neighbors", self.m_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        around = resources.neighbors(min(self.m_neighbors + 1, len(table)))

        def sampler(goals: dict[int, int], k: int) -> Sampler:
            return Sampler(
                sampling_strategy=goals,
                random_state=int(rng.integers(2**31)),
                k_neighbors=resources.neighbors(k + 1),
                m_neighbors=around,
                kind=f"borderline-{self.version}",
            )

        return grown(table, raised(table.counts, self.strength, 2), self.k_neighbors, sampler)
