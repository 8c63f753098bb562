"""AllKNN: edited nearest neighbours, repeated with one more neighbour each time."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import EditedNearestNeighbours

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, kept, why_not
from longtail.strategies.rules import among, whole
from longtail.strategies.table import Ints, Profile, Table
from longtail.strategies.targets import ABOVE


@final
@dataclass(frozen=True)
class AllKnn(Strategy):
    """Edit frequent classes by their nearest neighbour, the remaining rows by their two nearest, up to `n_neighbors`.

    Tomek 1976, IEEE Transactions on Systems, Man and Cybernetics 6(6). The rounds and the stopping rule are those of
    imbalanced-learn's AllKNN, which can't use the shared neighbours, with its EditedNearestNeighbours. It stops early
    when a class has become smaller than the smallest class was.
    """

    name: ClassVar[str] = "all-knn"
    paper: ClassVar[str] = "Tomek 1976, IEEE Transactions on Systems, Man and Cybernetics 6(6)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"kind": ("all", "mode"), "n_neighbors": (3, 5)}
    n_neighbors: int = 3
    kind: str = "all"
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        whole("n_neighbors", self.n_neighbors)
        among("kind", self.kind, ("all", "mode"))
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not(profile, self.classes, self.above)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        wide, cleaned = table.one_hot(), cleaned_classes(table.counts, self.classes, self.above)
        rows: Ints = np.arange(len(table))
        for k in range(1, self.n_neighbors + 1):
            neighbors = resources.neighbors(min(k + 1, len(rows)))
            editing = EditedNearestNeighbours(sampling_strategy=cleaned, n_neighbors=neighbors, kind_sel=self.kind)
            editing.fit_resample(wide[rows], table.y[rows])
            rows = rows[editing.sample_indices_]
            if ended(table.counts, np.bincount(table.y[rows], minlength=table.classes)):
                break
        return kept(table, rows, resources)


def ended(before: Ints, after: Ints) -> bool:
    """Return whether a class other than the smallest is now smaller than the smallest was, or any class is gone."""
    there = np.flatnonzero(before)
    smallest = there[before[there].argmin()]
    others = there[there != smallest]
    return bool((after[others] < before[smallest]).any() or (after[there] == 0).any())
