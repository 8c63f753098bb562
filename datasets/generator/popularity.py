"""Draws from long-tailed popularity, in few vector operations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def zipf(count: int, exponent: float) -> Doubles:
    """Return probabilities (count,) proportional to the rank to the power of minus `exponent`."""
    mass = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    return np.asarray(mass / mass.sum(), np.float64)


def allotted(count: int, categories: int, category_zipf: float, item_zipf: float) -> tuple[NDArray[np.int32], Doubles]:
    """Return the category and the popularity of items, (count,) each: popularity is Zipf within the category."""
    by_category = zipf(categories, category_zipf)
    # every category has an item; large ones have more, but less than in proportion
    wished = np.sqrt(by_category) / np.sqrt(by_category).sum() * count
    category = np.searchsorted(np.cumsum(wished), np.arange(count) + 0.5).clip(0, categories - 1).astype(np.int32)
    popularity = np.zeros(count)
    for code in range(categories):
        members = np.flatnonzero(category == code)
        popularity[members] = by_category[code] * zipf(len(members), item_zipf) if len(members) else 0
    return category, np.asarray(popularity / popularity.sum(), np.float64)


@dataclass(frozen=True, eq=False)
class Draw:
    """Draws of codes with given probabilities by Walker's alias method (Walker 1977; Vose 1991)."""

    probabilities: Doubles
    keep: Doubles
    other: NDArray[np.int32]

    @classmethod
    def of(cls, probabilities: Doubles) -> Draw:
        """Build the table from probabilities (m,), which sum to 1."""
        count = len(probabilities)
        keep, other = np.ones(count), np.arange(count, dtype=np.int32)
        left = probabilities * count
        small, large = list(np.flatnonzero(left < 1)), list(np.flatnonzero(left >= 1))
        while small and large:
            low, high = small.pop(), large[-1]
            keep[low], other[low] = left[low], high
            left[high] -= 1 - left[low]
            if left[high] < 1:
                small.append(large.pop())
        return cls(probabilities, keep, other)

    def codes(self, uniform: Doubles) -> NDArray[np.int32]:
        """Return codes below m, (n,), from uniform numbers in [0, 1)."""
        scaled = uniform * len(self.keep)
        code = scaled.astype(np.int32)
        return np.where(scaled - code < self.keep[code], code, self.other[code])


@dataclass(frozen=True)
class PowerLaw:
    """Ranks whose share falls as a power: P(rank < r) = (r / count)^(1 - exponent), so that no table is needed.

    `exponent` in [0, 1): 0 gives equal shares; .6 gives a tail exponent of 2.7 for the number of events per user.
    """

    count: int
    exponent: float

    @property
    def shares(self) -> Doubles:
        """Return probabilities (count,), largest first."""
        edges = (np.arange(self.count + 1) / self.count) ** (1 - self.exponent)
        return np.asarray(np.diff(edges), np.float64)

    def codes(self, uniform: Doubles) -> NDArray[np.int32]:
        """Return ranks below count, (n,), from uniform numbers in [0, 1)."""
        rank = (uniform ** (1 / (1 - self.exponent)) * self.count).astype(np.int32)
        return np.minimum(rank, self.count - 1)
