"""Condensed nearest neighbour: only those rows of frequent classes that the nearest neighbour rule needs."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import CondensedNearestNeighbour as Sampler

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, selected, why_not
from longtail.strategies.mechanisms.growing_set import GrowingNearest
from longtail.strategies.rules import whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import ABOVE


@final
@dataclass(frozen=True)
class CondensedNearestNeighbour(Strategy):
    """Keep rows of frequent classes that their nearest row, among those kept and the smallest class, misclassifies.

    Hart 1968, IEEE Transactions on Information Theory 14(3). Uses imbalanced-learn's CondensedNearestNeighbour, which
    starts each class with `seeds` rows and visits its rows once. The number of rows left depends on the data.
    """

    name: ClassVar[str] = "condensed-nearest-neighbour"
    paper: ClassVar[str] = "Hart 1968, IEEE Transactions on Information Theory 14(3)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"above": (0.0, 0.1, 0.5), "seeds": (1, 10)}
    seeds: int = 1
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        whole("seeds", self.seeds)
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not(profile, self.classes, self.above)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        sampler = Sampler(
            sampling_strategy=cleaned_classes(table.counts, self.classes, self.above),
            random_state=int(rng.integers(2**31)),
            n_neighbors=GrowingNearest(),
            n_seeds_S=self.seeds,
        )
        return selected(table, sampler, resources)
