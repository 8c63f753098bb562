"""ADASYN: more new rows where a small class is harder to learn."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import ADASYN

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Ints, Profile, Table
from longtail.strategies.targets import TARGET, raised, why_not_raised

ALONE = "Not any neigbours belong to the majority"


@final
@dataclass(frozen=True)
class Adasyn(Strategy):
    """Draw new rows as SMOTE does, from each row of a small class in proportion to its neighbours of other classes.

    He, Bai, Garcia and Li 2008, IJCNN. Uses imbalanced-learn's ADASYN. Numbers of new rows are rounded row by row, so a
    class comes close to its goal, `target` of the largest, without reaching it exactly. A class whose neighbours all
    belong to it is not changed. Neither is a class that needs less than half as many new rows as it has, as every row's
    number could be rounded to 0. A class with too few rows for `n_neighbors` uses all other rows that it has.
    Categories as in `mechanisms/interpolated_rows.py`.
    """

    name: ClassVar[str] = "adasyn"
    paper: ClassVar[str] = "He, Bai, Garcia and Li 2008, IJCNN"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"target": (0.05, 0.1, 0.3, 1.0), "n_neighbors": (3, 5, 10)}
    target: float = TARGET
    n_neighbors: int = 5

    def __post_init__(self) -> None:
        share("target", self.target)
        whole("n_neighbors", self.n_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        if not (sentence := why_not_raised(profile.counts, self.target, 2)) and not self.goals(profile.counts):
            return (
                "every class below its goal needs less than half as many new rows as it has, which may round to 0 each"
            )
        return sentence

    def goals(self, counts: Ints) -> dict[int, int]:
        """Return goals of the classes that need more than half as many new rows as they have."""
        return {c: goal for c, goal in raised(counts, self.target, 2).items() if goal > 1.5 * counts[c]}

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        def sampler(goals: dict[int, int], k: int) -> ADASYN:
            seed = int(rng.integers(2**31))
            return ADASYN(sampling_strategy=goals, random_state=seed, n_neighbors=resources.neighbors(k + 1))

        return grown(table, self.goals(table.counts), self.n_neighbors, sampler, (ALONE,))
