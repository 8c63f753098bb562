"""Distance of synthetic rows to the real rows that they were learnt from, which reveals copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from longtail.strategies.table import Doubles, Floats, Ints, Table

MOST = 1000
"""largest number of drawn rows that are compared, spaced evenly over the classes in order"""
LEAST = 50
"""number of drawn rows, and of real rows per class, that are compared whatever the number of real rows"""
CELLS = 2**23
"""cells compared beyond `LEAST`; they take some hundredths of a second"""
CHUNK = 2**20
"""distances in memory at once"""
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""multiplier of the hash, odd: 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4)"""


@dataclass(frozen=True)
class Nearness:
    """Distances to the nearest real row of the class: medians over drawn rows and over the real rows themselves.

    The distance is the mean over columns of the difference: for a number in standard deviations of its column, for a
    code 0 or 1. In both medians, classes have the weights that they have in the drawn rows. `copies` is the share of
    drawn rows that are equal to a real row.
    """

    drawn: float
    real: float
    copies: float

    @property
    def ratio(self) -> float:
        """Return `drawn` over `real`.

        It is about 1 if drawn rows are as near to real rows as real rows are to each other, and about 0 for copies.
        Where real rows repeat each other, so that `real` is 0, it is 1 if `drawn` is 0 too, else inf.
        """
        if self.real == 0:
            return 1.0 if self.drawn == 0 else float("inf")
        return self.drawn / self.real


def nearness_of_added(real: Table, before: Table, after: Table) -> Nearness | None:
    """Return the nearness of the rows that resampling added; None without any in classes of two real rows or more."""
    rows = added(before, after)
    rows = rows[real.counts[after.y[rows]] >= 2]
    return nearness(real, after.take(rows)) if len(rows) else None


def added(before: Table, after: Table) -> Ints:
    """Return the positions (m,), ascending, of the rows of `after` that `before` does not have, or not as often.

    So the repetition of a row is added, and a row with another position or weight is not. Real rows without labels and
    rows of another market, which a strategy may add, do not count.
    """
    if after is before:
        return np.zeros(0, np.int64)
    known, found = np.sort(keys(before.x, before.y)), keys(after.x, after.y)
    order = np.argsort(found, kind="stable")
    alike = found[order]
    place = np.arange(len(alike)) - np.searchsorted(alike, alike)
    there = np.searchsorted(known, alike, "right") - np.searchsorted(known, alike)
    rows = np.sort(order[place >= there])
    for pool in (before.unlabelled, before.source):
        if pool is not None:
            rows = rows[~np.isin(keys(after.x[rows]), keys(pool.x))]
    return rows


def keys(x: Floats, y: Ints | None = None) -> NDArray[np.uint64]:
    """Return a hash of each row and its class, (n,); different rows collide with a probability of about 2^-64."""
    bits = (x + np.float32(0)).view(np.uint32)  # -0 is 0
    found = np.zeros(len(x), np.uint64) if y is None else y.astype(np.uint64)
    for column in bits.T:
        found = (found ^ column) * FACTOR
        found ^= found >> np.uint64(32)
    return found


def nearness(real: Table, made: Table) -> Nearness:
    """Return the nearness of drawn rows to the real rows of their class, in classes with two real rows or more.

    Every real row of the class is a candidate neighbour, so that any copy is found. Where distances to all of them
    take long, fewer drawn rows are compared, evenly spaced: the result depends on the rows only. Raises ValueError
    where no drawn row is in a class with two real rows or more.
    """
    order = np.argsort(made.y, kind="stable")
    order = order[real.counts[made.y[order]] >= 2]
    if not len(order):
        raise ValueError("nearness needs a drawn row of a class with two real rows or more, and there is no such row")
    each = real.counts[made.y[order]].mean() * real.x.shape[1]
    chosen = made.take(spaced(order, min(MOST, max(LEAST, int(CELLS / each)))))
    spread = real.x.std(axis=0, dtype=np.float64)
    scale = np.where(real.categorical | (spread == 0), 1.0, spread)
    drawn, own, weights = [], [], []
    for c in np.unique(chosen.y):
        rows, new = real.x[real.y == c] / scale, chosen.x[chosen.y == c] / scale
        look = spaced(np.arange(len(rows)), max(LEAST, len(new)))
        drawn.append(nearest(new, rows, real.categorical))
        own.append(nearest(rows[look], rows, real.categorical, look))
        weights.append(np.full(len(look), len(new) / len(look)))
    found = np.concatenate(drawn)
    return Nearness(
        float(np.median(found)),
        median(np.concatenate(own), np.concatenate(weights)),
        float((found == 0).mean()),
    )


def nearest(new: Doubles, rows: Doubles, categorical: NDArray[np.bool_], places: Ints | None = None) -> Doubles:
    """Return the distance (m,) of each new row to the nearest of `rows`, except the one at its position in `places`."""
    found = np.empty(len(new))
    step = max(1, CHUNK // len(rows))
    for first in range(0, len(new), step):
        part = slice(first, first + step)
        apart = np.zeros((len(new[part]), len(rows)))
        if not categorical.all():
            apart += cdist(new[part][:, ~categorical], rows[:, ~categorical], "cityblock")
        if categorical.any():
            apart += cdist(new[part][:, categorical], rows[:, categorical], "hamming") * categorical.sum()
        if places is not None:
            apart[np.arange(len(apart)), places[part]] = np.inf
        found[part] = apart.min(axis=1) / len(categorical)
    return found


def median(values: Doubles, weights: Doubles) -> float:
    """Return the value at which half of the weight is reached; midway to the next value if it is reached exactly.

    `values` and `weights` are (n,), n at least 1.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum() - 0.5
    low, high = (int(np.searchsorted(reached, edge)) for edge in (-1e-9, 1e-9))
    return float(values[order[[low, min(high, len(order) - 1)]]].mean())


def spaced(rows: Ints, most: int) -> Ints:
    """Return at most `most` of the rows, evenly spaced, (m,)."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.int64))]
