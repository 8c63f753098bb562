"""One-sided selection: frequent classes are condensed in one step, then cleaned of Tomek links."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, kept, why_not
from longtail.strategies.rules import whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import ABOVE
from longtail.strategies.under_sampling.tomek_links import linked


@final
@dataclass(frozen=True)
class OneSidedSelection(Strategy):
    """Keep `seeds` rows per frequent class and the rows that these and the smallest class misclassify; remove links.

    Kubat and Matwin 1997, ICML. The draws and steps are those of imbalanced-learn's OneSidedSelection, which can't use
    the shared neighbours. A row is misclassified if its nearest row among the seeds and the smallest class is of the
    smallest class. Links are those of tomek-links. A class with at most `seeds` rows keeps them all. The number of rows
    left depends on the data.
    """

    name: ClassVar[str] = "one-sided-selection"
    paper: ClassVar[str] = "Kubat and Matwin 1997, ICML"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"above": (0.0, 0.1, 0.5), "seeds": (1, 10, 100)}
    seeds: int = 1
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        whole("seeds", self.seeds)
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        if reason := why_not(profile, self.classes, self.above):
            return reason
        if (profile.counts[cleaned_classes(profile.counts, self.classes, self.above)] > self.seeds).any():
            return None
        return f"no class that may be cleaned has more than {self.seeds} rows, and this many are kept of each"

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts = table.counts
        large = [c for c in cleaned_classes(counts, self.classes, self.above) if counts[c] > self.seeds]
        if not large:  # a bootstrap may contain no such class
            return table
        wide, source = table.one_hot(), np.random.RandomState(int(rng.integers(2**31)))
        rows = condensed(table, wide, large, self.seeds, source, resources)
        return kept(table, rows[~linked(wide[rows], table.y[rows], large, resources)], resources)


def condensed(
    table: Table, wide: Floats, large: list[int], seeds: int, source: np.random.RandomState, resources: Resources
) -> Ints:
    """Return positions of the rows to keep: of large classes the seeds and the misclassified rows, else all."""
    sizes = Counter(table.y.tolist())
    smallest = np.flatnonzero(table.y == min(sizes, key=lambda c: sizes[c]))  # the first one among equal classes
    parts: list[Ints] = []
    for c in sorted(sizes):
        rows = np.flatnonzero(table.y == c)
        if c in large:
            drawn = source.randint(len(rows), size=seeds)
            others, judges = np.delete(rows, drawn), np.append(smallest, rows[drawn])
            nearest = resources.neighbors(1).fit(wide[judges]).kneighbors(wide[others], return_distance=False)[:, 0]
            rows = np.append(rows[drawn], others[table.y[judges[nearest]] != c])
        parts.append(rows)
    return np.concatenate(parts)
