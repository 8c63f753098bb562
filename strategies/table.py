"""Tables of encoded rows, as every strategy and learner sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

ROWWISE = ("x", "y", "weight", "propensity", "group", "examination")
READABLE = frozenset({"propensity", "group", "examination", "unlabelled", "oracle", "source"})


@dataclass(frozen=True, eq=False)
class Table:
    """Encoded rows in one float32 matrix of numbers and category codes.

    Always there: `x` (n, d); `y` (n,), class indices below `classes`; `cardinalities` (d,), the number of codes of a
    category and 0 for a number; `weight` (n,).

    Only there for a strategy that `reads` them: `propensity` (n,), the chance that a row was shown; `group` (n,), user
    codes; `examination` (n,), the chance that a shown row was looked at; `unlabelled`, rows whose `y` is all zeros;
    `oracle` (m,), the labels of these rows, for a strategy that asks for some of them; `source`, rows of another
    market.
    """

    x: Floats
    y: Ints
    classes: int
    cardinalities: tuple[int, ...]
    weight: Floats
    propensity: Floats | None = None
    group: Ints | None = None
    examination: Floats | None = None
    unlabelled: Table | None = None
    oracle: Ints | None = None
    source: Table | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def categorical(self) -> NDArray[np.bool_]:
        """Return a bool mask (d,) of the columns that hold codes."""
        return np.array(self.cardinalities) > 0

    @property
    def counts(self) -> Ints:
        """Return the number of rows per class, (K,)."""
        return np.bincount(self.y, minlength=self.classes).astype(np.int64)

    @property
    def profile(self) -> Profile:
        """Return the profile of the rows: counts, summed weights, cardinalities and names of known fields."""
        known = frozenset(name for name in READABLE if getattr(self, name) is not None)
        mass = np.bincount(self.y, self.weight.astype(np.float64), self.classes).astype(np.float64)
        return Profile(self.counts, mass, self.cardinalities, known)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Table:
        """Return the rows at these positions, or where a mask (n,) is true."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in ROWWISE}
        return replace(self, **{name: part[rows] for name, part in kept.items() if part is not None})

    def drawn(self, x: Floats, y: Ints) -> Table:
        """Return a table of synthetic rows `x` (m, d) and `y` (m,): weight 1, other fields of rows unknown."""
        unknown: dict[str, Any] = dict.fromkeys(set(ROWWISE) - {"x", "y", "weight"})
        ones = np.ones(len(x), np.float32)
        return replace(self, x=x.astype(np.float32), y=y.astype(np.int64), weight=ones, **unknown)

    def plus(self, more: Table) -> Table:
        """Return the rows of both tables; a field that only one of them has is dropped."""
        pairs = {name: (getattr(self, name), getattr(more, name)) for name in ROWWISE}
        joined: dict[str, Any] = {
            name: None if a is None or b is None else np.concatenate([a, b]) for name, (a, b) in pairs.items()
        }
        return replace(self, **joined)

    def one_hot(self) -> Floats:
        """Return numbers as they are and categories as indicators, (n, sum of widths)."""
        parts = []
        for column, codes in enumerate(self.cardinalities):
            value = self.x[:, column]
            parts.append(np.eye(codes, dtype=np.float32)[value.astype(np.int64)] if codes else value[:, None])
        return np.concatenate(parts, axis=1)

    def from_one_hot(self, wide: NDArray[Any]) -> Floats:
        """Return the columns (n, d) of a matrix like `one_hot`; the largest indicator gives the category."""
        columns, start = [], 0
        for codes in self.cardinalities:
            part = wide[:, start : start + (codes or 1)]
            columns.append(part.argmax(axis=1) if codes else part[:, 0])
            start += codes or 1
        return np.stack(columns, axis=1).astype(np.float32)

    def reading(self, fields: frozenset[str]) -> Table:
        """Return the same rows without the readable fields that are not in `fields`."""
        blank: dict[str, Any] = dict.fromkeys(READABLE - fields)
        return replace(self, **blank)


@dataclass(frozen=True, eq=False)
class Profile:
    """Summary of training rows: `counts` (K,), summed row weights `mass` (K,), columns, and names of known fields."""

    counts: Ints
    mass: Doubles
    cardinalities: tuple[int, ...]
    known: frozenset[str]

    @property
    def classes(self) -> int:
        """Return the number of classes K."""
        return len(self.counts)

    @property
    def priors(self) -> Doubles:
        """Return class probabilities by weight, (K,)."""
        return np.asarray(self.mass / self.mass.sum(), np.float64)

    @property
    def imbalance_ratio(self) -> float:
        """Return the rows of the largest class over those of the smallest class that has rows."""
        there = self.counts[self.counts > 0]
        return float(there.max() / there.min())
