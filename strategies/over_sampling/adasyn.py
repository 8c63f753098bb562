"""ADASYN: more new rows where a small class is harder to learn."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import ADASYN

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, part_of, raised, why_not_raised

ALONE = "Not any neigbours belong to the majority"


@final
@dataclass(frozen=True)
class Adasyn(Strategy):
    """Draw new rows as SMOTE does, from each row of a small class in proportion to its neighbours of other classes.

    He, Bai, Garcia and Li 2008, IJCNN. Uses imbalanced-learn's ADASYN. Numbers of new rows are rounded row by row, so a
    class comes close to its goal without reaching it exactly. A class that needs at most half as many new rows as it
    has, all of whose numbers could be rounded to 0, gets as many as it has, and a random part of these is kept. A class
    whose neighbours all belong to it is not changed. A class with too few rows for `n_neighbors` uses all other rows
    that it has. Categories as in `mechanisms/interpolated_rows.py`.
    """

    name: ClassVar[str] = "adasyn"
    paper: ClassVar[str] = "He, Bai, Garcia and Li 2008, IJCNN"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "n_neighbors": (3, 5, 10)}
    strength: float = STRENGTH
    n_neighbors: int = 5

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("n_neighbors", self.n_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        def sampler(goals: dict[int, int], k: int) -> ADASYN:
            seed = int(rng.integers(2**31))
            return ADASYN(sampling_strategy=goals, random_state=seed, n_neighbors=resources.neighbors(k + 1))

        counts = table.counts
        goals = raised(counts, self.strength, 2)
        # rounding n new rows of n old ones leaves at least n / 2
        asked = {c: 2 * int(counts[c]) if goal <= 1.5 * counts[c] else goal for c, goal in goals.items()}
        rows = grown(table, asked, self.n_neighbors, sampler, (ALONE,))
        kept = rows.counts - counts
        for c in (c for c, goal in goals.items() if asked[c] > goal):
            kept[c] = min(kept[c], goals[c] - counts[c])
        new = part_of(rows.y[len(table) :], kept, rng)
        return rows.take(np.concatenate([np.arange(len(table)), len(table) + new]))
