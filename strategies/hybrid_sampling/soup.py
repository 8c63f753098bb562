"""SOUP: classes reach one size by repeating their safest rows or removing their least safe ones."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import whole
from longtail.strategies.table import Doubles, Ints, Profile, Table


@final
@dataclass(frozen=True)
class Soup(Strategy):
    """Bring all classes to one size: large classes lose their least safe rows, small ones repeat their safest rows.

    Janicka, Lango and Stefanowski 2019, International Journal of Applied Mathematics and Computer Science 29(4). The
    safety of a row is the mean similarity of its class to the classes of its `n_neighbors` nearest rows; the similarity
    of two classes is the smaller size over the larger. The common size is halfway between the largest size below the
    median and the smallest above it. Classes are processed one by one, the largest first, then small classes from the
    smallest up; safety is computed on the rows left at that point. A repeated row keeps its weight, propensity and
    group.
    """

    name: ClassVar[str] = "soup"
    paper: ClassVar[str] = (
        "Janicka, Lango and Stefanowski 2019, International Journal of Applied Mathematics and Computer Science 29(4)"
    )
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"n_neighbors": (3, 7, 11)}
    n_neighbors: int = 7

    def __post_init__(self) -> None:
        whole("n_neighbors", self.n_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        there = profile.counts[profile.counts > 0]
        return "all classes have the same size already, so no row would be changed" if len(set(there)) < 2 else None

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts, wide = table.counts, table.one_hot()
        there = np.flatnonzero(counts)
        goal = common_size(counts[there])
        large = sorted(there[counts[there] >= goal], key=lambda c: -counts[c])
        small = sorted(there[counts[there] < goal], key=lambda c: counts[c])
        rows: Ints = np.arange(len(table))
        for c in large + small:
            own = rows[table.y[rows] == c]
            if len(own) == goal:
                continue
            safety = self.safety(wide[rows], table.y[rows], int(c), resources)
            if len(own) > goal:
                gone = own[np.argsort(safety, kind="stable")[: len(own) - goal]]
                rows = rows[~np.isin(rows, gone)]
            else:
                safest = own[np.argsort(-safety, kind="stable")]
                rows = np.concatenate([rows, np.resize(safest, goal - len(own))])
        return table.take(rows)

    def safety(self, wide: Any, y: Ints, c: int, resources: Resources) -> Doubles:
        """Return the safety of the rows of class c, in their order, each between 0 and 1."""
        neighbors = resources.neighbors(min(self.n_neighbors + 1, len(wide))).fit(wide)
        around = neighbors.kneighbors(wide[y == c], return_distance=False)[:, 1:]
        sizes = np.maximum(np.bincount(y), 1)
        similar = np.minimum(sizes, sizes[c]) / np.maximum(sizes, sizes[c])
        return np.asarray(
            similar[y[around]].mean(axis=1).round(9), np.float64
        )  # rounded, so that ties go to the first rows


def common_size(sizes: Ints) -> int:
    """Return the mean of the nearest sizes below and above the median; the median replaces a missing one."""
    middle = np.median(sizes)
    below, above = sizes[sizes < middle], sizes[sizes > middle]
    return int(((below.max() if len(below) else middle) + (above.min() if len(above) else middle)) / 2)
