"""Mixed columns as inputs of a network, and back: numbers by normal scores, categories by indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from longtail.strategies.table import Floats, Ints, Table

FEW = 10
"""number of distinct values up to which a number is treated as a choice, such as flags and small counts"""


@dataclass(frozen=True, eq=False)
class NumberScores:
    """A column of numbers, with its values in order, (n,)."""

    values: Floats
    places: int = 1

    @classmethod
    def of(cls, column: Floats) -> Self:
        return cls(np.sort(column))

    def wide(self, column: Floats) -> Floats:
        """Return normal scores (n, 1) of the mid-ranks: any distribution becomes normal, a constant becomes 0."""
        ranks = rankdata(column, "average")
        return np.asarray(ndtri((ranks - 0.5) / len(column))[:, None], np.float32)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return observed values (n,) at the quantiles of the scores."""
        place = ndtr(wide[:, 0].astype(np.float64)) * len(self.values)
        values: Floats = self.values[place.astype(np.int64).clip(0, len(self.values) - 1)]
        return values


@dataclass(frozen=True, eq=False)
class CategoryPlaces:
    """A column of codes: the most frequent codes have one place each, the others share the last place."""

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
        """Return indicators, (n, places)."""
        codes = column.astype(np.int64)
        place = np.searchsorted(self.kept, codes).clip(0, len(self.kept) - 1)
        place[self.kept[place] != codes] = self.places - 1
        return indicators(place, self.places)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return observed codes (n,); rare codes are drawn by frequency in the class, or overall if it has none."""
        place = wide.argmax(axis=1)
        codes = np.append(self.kept, 0)[place]
        for c in np.unique(y[place == len(self.kept)]):
            rows = np.flatnonzero((place == len(self.kept)) & (y == c))
            own = self.rare[self.owner == c]
            codes[rows] = rng.choice(own if len(own) else self.rare, len(rows))
        return np.asarray(codes, np.float32)


@dataclass(frozen=True, eq=False)
class Levels:
    """A number with few distinct values (m,), in order: a choice among them."""

    values: Floats

    @property
    def places(self) -> int:
        return len(self.values)

    def wide(self, column: Floats) -> Floats:
        """Return indicators, (n, m)."""
        return indicators(np.searchsorted(self.values, column), len(self.values))

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return observed values, (n,)."""
        values: Floats = self.values[wide.argmax(axis=1)]
        return values


Column = NumberScores | CategoryPlaces | Levels


def indicators(place: Ints, width: int) -> Floats:
    """Return indicators (n, width) of places (n,)."""
    rows: Floats = np.eye(width, dtype=np.float32)[place]
    return rows


def column_of(x: Floats, y: Ints, cardinality: int, most: int) -> Column:
    """Return the representation of a column: a category with at most `most` codes of its own, a choice or a number."""
    if cardinality:
        return CategoryPlaces.of(x, y, most)
    values = np.unique(x)
    return Levels(values) if len(values) <= FEW else NumberScores.of(x)


def columns_of(table: Table, most: int) -> list[Column]:
    """Return the representation of each column of the table; categories have at most `most` codes of their own."""
    kinds = zip(table.x.T, table.cardinalities, strict=True)
    return [column_of(x, table.y, codes, most) for x, codes in kinds]


def widened(table: Table, columns: list[Column]) -> Floats:
    """Return the rows that the columns were made of, (n, sum of places)."""
    return np.concatenate([column.wide(x) for column, x in zip(columns, table.x.T, strict=True)], axis=1)


def narrowed(wide: Floats, y: Ints, columns: list[Column], rng: np.random.Generator) -> Floats:
    """Return the rows (n, d) of a table, for classes y (n,)."""
    parts = np.split(wide, np.cumsum([column.places for column in columns])[:-1], axis=1)
    return np.stack([column.back(part, y, rng) for column, part in zip(columns, parts, strict=True)], axis=1)


def averages(wide: Floats, labels: Floats, places: list[int]) -> Floats:
    """Return a generator's start, (K, W): per class the mean of a number or the log frequencies of a category."""
    # NOTE[DIFF] the papers start from noise, which would cost a few hundred steps to learn what counting gives
    mean = (labels.T @ wide + wide.mean(0)) / (labels.sum(0)[:, None] + 1)
    category = np.repeat(np.array(places) > 1, places)
    return np.asarray(np.where(category, np.log(np.maximum(mean, 1e-6)), mean), np.float32)
