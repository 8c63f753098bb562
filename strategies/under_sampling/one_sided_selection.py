"""One-sided selection: frequent classes condensed in one step, then cleaned of Tomek links."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, kept, why_not
from longtail.strategies.rules import whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import TARGET
from longtail.strategies.under_sampling.tomek_links import linked


@final
@dataclass(frozen=True)
class OneSidedSelection(Strategy):
    """Keep `seeds` rows of each frequent class and those they and the smallest class get wrong; then take links away.

    Kubat and Matwin 1997, ICML; the draws and steps of imblearn's OneSidedSelection, which can't take neighbours that
    are lent. Wrong is a row whose nearest among the seeds and the smallest class is of the smallest class. Links are
    those of tomek-links. A class of no more rows than `seeds` keeps them all. How many rows are left follows from the
    data.
    """

    name: ClassVar[str] = "one-sided-selection"
    paper: ClassVar[str] = "Kubat and Matwin 1997, ICML"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"above": (0.0, 0.1, 0.5), "seeds": (1, 10, 100)}
    seeds: int = 1
    classes: str = "frequent"
    above: float = TARGET

    def __post_init__(self) -> None:
        whole("seeds", self.seeds)
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        if reason := why_not(profile, self.classes, self.above):
            return reason
        if (profile.counts[cleaned_classes(profile.counts, self.classes, self.above)] > self.seeds).any():
            return None
        return f"no class that may be cleaned has more than {self.seeds} rows, and so many are kept of each"

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts = table.counts
        large = [c for c in cleaned_classes(counts, self.classes, self.above) if counts[c] > self.seeds]
        if not large:  # a member's bootstrap may have none
            return table
        wide, source = table.one_hot(), np.random.RandomState(int(rng.integers(2**31)))
        rows = condensed(table, wide, large, self.seeds, source, resources)
        return kept(table, rows[~linked(wide[rows], table.y[rows], large, resources)])


def condensed(
    table: Table, wide: Floats, large: list[int], seeds: int, source: np.random.RandomState, resources: Resources
) -> Ints:
    """Positions of the rows that are kept: of large classes the seeds and those that are got wrong."""
    sizes = Counter(table.y.tolist())
    smallest = np.flatnonzero(table.y == min(sizes, key=lambda c: sizes[c]))  # of equal classes the first met
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
