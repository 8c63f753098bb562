"""Mode-specific normalisation: a number as a mode of its column and its position within that mode."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from longtail.strategies.mechanisms.mixed_columns import CategoryPlaces, Levels, NumberScores, column_of, indicators
from longtail.strategies.table import Doubles, Floats, Ints, Table

SPREADS = 4.0
"""range of a mode, in standard deviations from its mean"""
FITTED = 2000
"""number of values that a mixture is fitted to"""


@dataclass(frozen=True, eq=False)
class Modes:
    """A column of numbers as a mixture of normals: means, standard deviations and weights (m,)."""

    means: Doubles
    spreads: Doubles
    weights: Doubles
    low: float
    high: float

    @classmethod
    def of(cls, column: Floats, most: int, rng: np.random.Generator) -> Self:
        """Fit as many modes, at most `most`, as lower the Bayesian information criterion one after the other."""
        # NOTE[DIFF] Xu et al. let a variational mixture prune its modes, which takes hundreds of iterations; fewer
        # leave a normal column with overlapping modes, across which correlations are hard to learn
        values = column.astype(np.float64)
        some = values if len(values) <= FITTED else rng.choice(values, FITTED, replace=False)
        best, least = mixture_of(some, 1, rng)
        for number in range(2, min(most, len(np.unique(some))) + 1):
            mixture, criterion = mixture_of(some, number, rng)
            if criterion >= least:
                break
            best, least = mixture, criterion
        spreads = np.sqrt(best.covariances_[:, 0, 0])
        return cls(best.means_[:, 0], spreads, best.weights_, float(values.min()), float(values.max()))

    @property
    def places(self) -> tuple[int, ...]:
        """Return the sizes of the two parts: the position within the mode, in standard deviations, and the modes."""
        return 1, len(self.means)

    def wide(self, column: Floats) -> Floats:
        """Return the position within the likeliest mode and the indicators of that mode, (n, 1 + m)."""
        # NOTE[DIFF] Xu et al. draw the mode by its probability, so equal values look different and take longer to learn
        # NOTE[DIFF] Xu et al. divide positions by 4; beside choices of 0 and 1 a critic then hardly notices them
        z = (column[:, None].astype(np.float64) - self.means) / self.spreads
        log_p = np.log(self.weights) - np.log(self.spreads) - z**2 / 2
        mode = log_p.argmax(axis=1)
        place = z[np.arange(len(z)), mode].clip(-SPREADS, SPREADS)
        return np.concatenate([place[:, None].astype(np.float32), indicators(mode, len(self.means))], axis=1)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return values (n,) within the observed range."""
        mode = wide[:, 1:].argmax(axis=1)
        values = self.means[mode] + self.spreads[mode] * wide[:, 0].clip(-SPREADS, SPREADS).astype(np.float64)
        return np.asarray(values.clip(self.low, self.high), np.float32)


def mixture_of(values: Doubles, number: int, rng: np.random.Generator) -> tuple[GaussianMixture, float]:
    """Return a mixture of `number` normals and its Bayesian information criterion."""
    # the least spread is a thousandth of the column's; otherwise a mode could shrink onto a repeated value
    floor = max(1e-6 * float(values.var()), 1e-12)
    mixture = GaussianMixture(number, reg_covar=floor, random_state=int(rng.integers(2**31)))
    with warnings.catch_warnings():
        # it separates modes even before it converges
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(values[:, None])
    return mixture, float(mixture.bic(values[:, None]))


@dataclass(frozen=True, eq=False)
class Choice:
    """A category, or a number with few distinct values, beside columns of modes."""

    among: CategoryPlaces | Levels

    @property
    def places(self) -> tuple[int, ...]:
        return (self.among.places,)

    def wide(self, column: Floats) -> Floats:
        """Return indicators, (n, places)."""
        return self.among.wide(column)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return observed codes or values, (n,)."""
        return self.among.back(wide, y, rng)


Mixed = Modes | Choice


@dataclass(frozen=True, eq=False)
class ColumnModes:
    """The columns of a table, each in its own representation."""

    columns: tuple[Mixed, ...]

    @classmethod
    def of(cls, table: Table, modes: int, codes: int, rng: np.random.Generator) -> Self:
        """Represent numbers by at most `modes` modes, and categories by at most `codes` codes of their own."""
        return cls(
            tuple(
                _column(x, table.y, cardinality, modes, codes, rng)
                for x, cardinality in zip(table.x.T, table.cardinalities, strict=True)
            )
        )

    @property
    def places(self) -> list[int]:
        """Return the sizes of the parts of a wide row: 1 for a number (or a choice of one), more for a choice."""
        return [size for column in self.columns for size in column.places]

    def wide(self, table: Table) -> Floats:
        """Return the rows that it was made of, (n, sum of places)."""
        pairs = zip(self.columns, table.x.T, strict=True)
        return np.concatenate([column.wide(x) for column, x in pairs], axis=1)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return the rows (n, d) of a table, for classes y (n,)."""
        edges = np.cumsum([sum(column.places) for column in self.columns])[:-1]
        parts = np.split(wide, edges, axis=1)
        return np.stack([column.back(part, y, rng) for column, part in zip(self.columns, parts, strict=True)], axis=1)


def _column(x: Floats, y: Ints, cardinality: int, modes: int, codes: int, rng: np.random.Generator) -> Mixed:
    column = column_of(x, y, cardinality, codes)
    return Modes.of(x, modes, rng) if isinstance(column, NumberScores) else Choice(column)
