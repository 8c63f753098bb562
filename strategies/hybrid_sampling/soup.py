"""SOUP: classes brought to one size by repeating their safest rows or taking away their least safe ones."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import whole
from longtail.strategies.table import Doubles, Ints, Profile, Table


@final
@dataclass(frozen=True)
class Soup(Strategy):
    """Bring all classes to one size: large ones lose the rows least safe among others, small ones repeat their safest.

    Janicka, Lango and Stefanowski 2019, International Journal of Applied Mathematics and Computer Science 29(4). A row
    is as safe as its `n_neighbors` nearest are similar to its class on average, where the similarity of two classes is
    the smaller size over the larger. The common size lies between the largest class below the median size and the
    smallest above it. Classes are dealt with one by one, the largest first, then small ones from the smallest; safety
    is that among the rows as they then are. A repeated row keeps its weight, propensity and group.
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
        return "all classes have as many rows, the size that it would bring them to" if len(set(there)) < 2 else None

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
        """How safe the rows of class c are, each between 0 and 1, in their order."""
        neighbors = resources.neighbors(min(self.n_neighbors + 1, len(wide))).fit(wide)
        around = neighbors.kneighbors(wide[y == c], return_distance=False)[:, 1:]
        sizes = np.maximum(np.bincount(y), 1)
        similar = np.minimum(sizes, sizes[c]) / np.maximum(sizes, sizes[c])
        return np.asarray(
            similar[y[around]].mean(axis=1).round(9), np.float64
        )  # ties to the first rows, not to rounding


def common_size(sizes: Ints) -> int:
    """Between the largest size below the median and the smallest above it; the median where one of them lacks."""
    middle = np.median(sizes)
    below, above = sizes[sizes < middle], sizes[sizes > middle]
    return int(((below.max() if len(below) else middle) + (above.min() if len(above) else middle)) / 2)
