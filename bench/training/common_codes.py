"""Codes that are common enough for an embedding vector of their own; the rare ones of a column share one.

A vector that is learned from a handful of rows is noise, and where clicks are few it costs more than the code tells.
Measured on fresh seeds with 6,400 training rows, AP of `mlp` before and after pooling codes of fewer than 20 rows: ctr
.0241 and .0260, ctr-strong .073 and .087, ctr-users .139 and .147, conversion .466 and .500, cat10 .439 and .462,
cat50-users .245 and .248.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from longtail.strategies.table import Ints, Table

SHARE = 0.01
"""of the rows: a code with so many is common however few rows there are"""


@dataclass(frozen=True, eq=False)
class CommonCodes:
    """New codes per column: `places` holds the new code (cardinality,) of each old one, None for a number.

    Common codes keep their order from 1 on; all others become 0.
    """

    places: tuple[Ints | None, ...]

    @staticmethod
    def of(table: Table, least: int) -> CommonCodes:
        """Learn from training rows which codes have `least` rows or more, or a hundredth of the rows if that is fewer.

        Code 0, all that the encoder has no code for, stays 0. With `least` 1 nothing is pooled.
        """
        enough = min(least, max(1, round(SHARE * len(table))))
        return CommonCodes(
            tuple(
                _places(np.bincount(column.astype(np.int64), minlength=codes), enough) if codes else None
                for column, codes in zip(table.x.T, table.cardinalities, strict=True)
            )
        )

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Return the number of codes per column, 0 for a number."""
        return tuple(0 if place is None else int(place.max()) + 1 for place in self.places)

    def pooled(self, table: Table) -> Table:
        """Return a table with the new codes, its unlabelled rows and its source market too."""
        x = table.x.copy()
        for column, place in enumerate(self.places):
            if place is not None:
                x[:, column] = place[table.x[:, column].astype(np.int64)]
        unlabelled, source = (None if rows is None else self.pooled(rows) for rows in (table.unlabelled, table.source))
        return replace(table, x=x, cardinalities=self.cardinalities, unlabelled=unlabelled, source=source)


def _places(counts: Ints, least: int) -> Ints:
    common = counts >= least
    common[0] = False
    return np.where(common, np.cumsum(common), 0).astype(np.int64)
