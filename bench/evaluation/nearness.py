"""How near drawn rows lie to the rows that they were learnt from, so that copying shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from longtail.strategies.table import Doubles, Floats, Ints, Table

MOST = 1000
"""drawn rows that are looked at, spaced evenly over classes in order"""
LEAST = 50
"""drawn rows, and real rows of a class, that are looked at however many real rows there are"""
CELLS = 2**23
"""cells compared beyond `LEAST`: some hundredths of a second"""
CHUNK = 2**20
"""distances kept at once"""
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""odd, its bits mixed: 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4)"""


@dataclass(frozen=True)
class Nearness:
    """Distances to the nearest real row of the class: medians over drawn rows and over the real rows themselves.

    The distance is the mean over columns of the difference, of a number in standard deviations of its column, of codes
    0 or 1. Classes weigh in both medians as in the drawn rows. `copies` is the share of drawn rows that are real rows.
    """

    drawn: float
    real: float
    copies: float

    @property
    def ratio(self) -> float:
        """About 1 where drawn rows are as near to real ones as those are to each other, about 0 where they are copies.

        Where real rows repeat each other, so that their own distance is 0, it is 1 if drawn rows do so too, else inf.
        """
        if self.real == 0:
            return 1.0 if self.drawn == 0 else float("inf")
        return self.drawn / self.real


def nearness_of_added(real: Table, before: Table, after: Table) -> Nearness | None:
    """Of the rows that resampling added, or None where it added none to a class with two real rows or more."""
    rows = added(before, after)
    rows = rows[real.counts[after.y[rows]] >= 2]
    return nearness(real, after.take(rows)) if len(rows) else None


def added(before: Table, after: Table) -> Ints:
    """Positions, in order, of the rows of `after` that are not among those of `before`, or not as often.

    So a row's repetition is added, and a row with another place or weight is not. Real rows without labels and those of
    another market, which a strategy may take in, are no drawn ones.
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
    """A hash of each row and its class, (n,): rows that differ have the same with a probability of about 2^-64."""
    bits = (x + np.float32(0)).view(np.uint32)  # -0 is 0
    found = np.zeros(len(x), np.uint64) if y is None else y.astype(np.uint64)
    for column in bits.T:
        found = (found ^ column) * FACTOR
        found ^= found >> np.uint64(32)
    return found


def nearness(real: Table, made: Table) -> Nearness:
    """Of drawn rows to the real rows of their class, in the classes that have two real rows or more.

    Every real row of a class is a neighbour, so that a copy of any shows. Where there are so many that distances take
    long, fewer rows are looked at, evenly spaced: the figure depends on the rows alone.
    """
    order = np.argsort(made.y, kind="stable")
    order = order[real.counts[made.y[order]] >= 2]
    if not len(order):
        raise ValueError("no drawn row is of a class with two real rows or more")
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
    """Distance of each new row to the nearest of the rows, (m,); `places` are its own among them, which don't count."""
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
    """The value at which half of the weight is reached; halfway to the next where it is reached exactly."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum() - 0.5
    low, high = (int(np.searchsorted(reached, edge)) for edge in (-1e-9, 1e-9))
    return float(values[order[[low, min(high, len(order) - 1)]]].mean())


def spaced(rows: Ints, most: int) -> Ints:
    """At most so many of them, evenly spaced, (m,)."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.int64))]
