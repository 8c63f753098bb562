"""Mixed columns as a network sees them, and back: numbers by their normal scores, categories by indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from longtail.strategies.table import Floats, Ints, Table

FEW = 10
"""different values up to which a number is a choice among them: flags, small counts"""


@dataclass(frozen=True, eq=False)
class NumberScores:
    """A column of numbers: its values in order, (n,)."""

    values: Floats
    places: int = 1

    @classmethod
    def of(cls, column: Floats) -> Self:
        return cls(np.sort(column))

    def wide(self, column: Floats) -> Floats:
        """Normal scores (n, 1) of the ranks, ties at their mean: any margin becomes a bell, a constant becomes 0."""
        ranks = rankdata(column, "average")
        return np.asarray(ndtri((ranks - 0.5) / len(column))[:, None], np.float32)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Values that were observed, at the quantiles of the scores, (n,)."""
        place = ndtr(wide[:, 0].astype(np.float64)) * len(self.values)
        values: Floats = self.values[place.astype(np.int64).clip(0, len(self.values) - 1)]
        return values


@dataclass(frozen=True, eq=False)
class CategoryPlaces:
    """A column of codes: the most frequent have a place each, the rest share the last place."""

    kept: Ints
    rare: Ints
    """codes (r,) of the rows whose code shares the last place"""
    owner: Ints
    """classes (r,) of those rows"""

    @classmethod
    def of(cls, column: Floats, y: Ints, most: int) -> Self:
        codes, times = np.unique(column.astype(np.int64), return_counts=True)
        kept = np.sort(codes[np.argsort(-times, kind="stable")[:most]])
        rest = ~np.isin(column, kept)
        return cls(kept, column[rest].astype(np.int64), y[rest])

    @property
    def places(self) -> int:
        return len(self.kept) + bool(len(self.rare))

    def wide(self, column: Floats) -> Floats:
        """Indicators, (n, places)."""
        codes = column.astype(np.int64)
        place = np.searchsorted(self.kept, codes).clip(0, len(self.kept) - 1)
        place[self.kept[place] != codes] = self.places - 1
        return indicators(place, self.places)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Codes (n,) that were observed; a rare one is drawn by its frequency in the class, if that has any."""
        place = wide.argmax(axis=1)
        codes = np.append(self.kept, 0)[place]
        for c in np.unique(y[place == len(self.kept)]):
            rows = np.flatnonzero((place == len(self.kept)) & (y == c))
            own = self.rare[self.owner == c]
            codes[rows] = rng.choice(own if len(own) else self.rare, len(rows))
        return np.asarray(codes, np.float32)


@dataclass(frozen=True, eq=False)
class Levels:
    """A number of few values, in order, (m,): a choice among them."""

    values: Floats

    @property
    def places(self) -> int:
        return len(self.values)

    def wide(self, column: Floats) -> Floats:
        """Indicators, (n, m)."""
        return indicators(np.searchsorted(self.values, column), len(self.values))

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Values (n,) that were observed."""
        values: Floats = self.values[wide.argmax(axis=1)]
        return values


Column = NumberScores | CategoryPlaces | Levels


def indicators(place: Ints, width: int) -> Floats:
    """One where the place is and zero elsewhere, (n, width)."""
    rows: Floats = np.eye(width, dtype=np.float32)[place]
    return rows


def column_of(x: Floats, y: Ints, cardinality: int, most: int) -> Column:
    """How a column is seen: a category by at most `most` codes of its own, a number of few values as a choice."""
    if cardinality:
        return CategoryPlaces.of(x, y, most)
    values = np.unique(x)
    return Levels(values) if len(values) <= FEW else NumberScores.of(x)


def columns_of(table: Table, most: int) -> list[Column]:
    """How each column of the table is seen, categories by at most `most` codes of their own."""
    kinds = zip(table.x.T, table.cardinalities, strict=True)
    return [column_of(x, table.y, codes, most) for x, codes in kinds]


def widened(table: Table, columns: list[Column]) -> Floats:
    """The rows that the columns were made of, (n, sum of places)."""
    return np.concatenate([column.wide(x) for column, x in zip(columns, table.x.T, strict=True)], axis=1)


def narrowed(wide: Floats, y: Ints, columns: list[Column], rng: np.random.Generator) -> Floats:
    """Rows (n, d) of a table, of classes y (n,)."""
    parts = np.split(wide, np.cumsum([column.places for column in columns])[:-1], axis=1)
    return np.stack([column.back(part, y, rng) for column, part in zip(columns, parts, strict=True)], axis=1)


def averages(wide: Floats, labels: Floats, places: list[int]) -> Floats:
    """Where a generator starts, (K, W): a class's mean of a number, log frequencies of a category's places."""
    # NOTE[DIFF] the papers start from noise, and would spend a few hundred steps on what counting gives
    mean = (labels.T @ wide + wide.mean(0)) / (labels.sum(0)[:, None] + 1)
    category = np.repeat(np.array(places) > 1, places)
    return np.asarray(np.where(category, np.log(np.maximum(mean, 1e-6)), mean), np.float32)
