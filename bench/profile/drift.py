"""Changes over time of class shares and features, window by window."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

from longtail.bench.profile.codes import by_quantile, coded
from longtail.bench.statistics.ranktests import holm

Ints = NDArray[np.int64]
Word = Literal["clear", "small", "none seen"]
WINDOWS = 8
VALUES = 30
"""number of most frequent values of a column that are kept apart; the rest count as one value"""
EXPECTED = 5
"""mean number of rows per window that a value needs to be kept apart"""
CLEAR = 0.1
SURE = 0.01
"""p-value below which a change counts, after Holm's correction over the columns"""
EPOCH = (1e8, 1e10)
"""seconds from 1973 to 2286"""
HOURS_OF_A_WEEK = 168
LARGE = 1e5
"""chi-square above which a normal distribution approximates the noncentral chi-square"""


@dataclass(frozen=True)
class Change:
    """Dependence of a column on the window: Cramér's V (0: none, 1: complete) with a 95 % interval.

    The interval inverts the noncentral chi-square (Smithson 2003). It assumes independent rows, which rows of one user
    or one campaign are not, so a small `p` alone doesn't make a change important.
    """

    column: str
    v: float
    low: float
    high: float
    p: float
    """chi-square test, Holm over all columns and the class"""

    @property
    def word(self) -> Word:
        if self.p >= SURE or self.v < 0.01:
            return "none seen"
        return "clear" if self.v >= CLEAR else "small"


@dataclass(frozen=True)
class Share:
    """The share of a class or of several classes together in each window, with Wilson's 95 % interval."""

    name: str
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Drift:
    """Changes over windows that have about the same number of rows, in order of time."""

    rows: tuple[int, ...]
    starts: tuple[float, ...]
    """start of each window in seconds, or in the unit of the time column"""
    classes: Change
    columns: tuple[Change, ...]
    """the strongest change first"""
    shares: tuple[Share, ...]


def drift_of(X: pd.DataFrame, y: Ints, time: NDArray[np.float64], together: dict[str, tuple[int, ...]]) -> Drift | None:
    """Compare windows; `together` names sets of classes whose share is followed. None with fewer than two windows."""
    window, starts = windows(time)
    if len(starts) < 2:
        return None
    columns = {str(name): coded(X[name]) for name in X.columns}
    changes = [_change("class", y + 1, window)]
    # an hour or a weekday differs between windows although nothing has changed
    changes += [
        _change(name, by_quantile(column, 10), window)
        for name, column in columns.items()
        if not calendar(column.code, time)
    ]
    corrected = holm([change.p for change in changes])
    changes = [replace(change, p=float(p)) for change, p in zip(changes, corrected, strict=True)]
    rows = np.bincount(window, minlength=len(starts))
    shares = []
    for name, members in together.items():
        hits = np.bincount(window[np.isin(y, members)], minlength=len(rows))
        low, high = wilson(hits, rows)
        shares.append(Share(name, tuple(map(float, hits / rows)), tuple(map(float, low)), tuple(map(float, high))))
    strongest = tuple(sorted(changes[1:], key=lambda change: -change.v))
    return Drift(tuple(map(int, rows)), tuple(map(float, starts)), changes[0], strongest, tuple(shares))


def calendar(codes: Ints, time: NDArray[np.float64]) -> bool:
    """Return whether codes (n,) that vary depend only on the hour of the week, for times (n,) in seconds."""
    hours = (np.floor(time / 3600) % HOURS_OF_A_WEEK).astype(np.int64)
    met = len(np.unique(hours))
    pairs = np.unique(np.stack([hours, codes], axis=1), axis=0)
    return len(pairs) == met <= len(codes) / 2 and bool(codes.min() < codes.max())


def windows(time: NDArray[np.float64]) -> tuple[Ints, NDArray[np.float64]]:
    """Return the window of each row (n,) and the first time of each window; rows of the same time stay together."""
    edges = np.unique(np.quantile(time, np.linspace(0, 1, WINDOWS + 1)[1:-1], method="higher"))
    window = np.searchsorted(edges, time, side="right")
    found, window = np.unique(window, return_inverse=True)
    starts = np.array([time[window == at].min() for at in range(len(found))])
    return window.astype(np.int64), starts


def moment(start: float) -> str:
    """Return a time as a date in UTC if it can be seconds since 1970, otherwise as the number."""
    if EPOCH[0] < start < EPOCH[1]:
        return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{start:g}"


def wilson(hits: ArrayLike, rows: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper limits of Wilson's 95 % interval of shares (Wilson 1927)."""
    n, z = np.asarray(rows, np.float64), 1.959964
    p = np.asarray(hits, np.float64) / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


def cramer(table: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return Cramér's V of a table of counts, its lower and upper limit, and the p-value of the chi-square test."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    if min(rows, columns) < 2:
        return 0.0, 0.0, 0.0, 1.0
    n, free, most = table.sum(), (rows - 1) * (columns - 1), min(rows, columns) - 1
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    square = float(((table - expected) ** 2 / expected).sum())
    ends = [_noncentrality(square, free, level) for level in (0.975, 0.025)]
    v = math.sqrt(max(0.0, square - free) / (n * most))
    low, high = (math.sqrt(end / (n * most)) for end in ends)
    return min(1.0, v), min(1.0, low), min(1.0, high), float(chi2.sf(square, free))


def _noncentrality(square: float, free: int, level: float) -> float:
    """Return the noncentrality under which a chi-square of at most `square` has probability `level`; at least 0."""
    if chi2.cdf(square, free) <= level:
        return 0.0
    if square > LARGE:
        z = -1.959964 if level > 0.5 else 1.959964
        return max(0.0, square - free + z * math.sqrt(2 * (free + 2 * max(0.0, square - free))))
    most = square + 10 * math.sqrt(square + 1) + 50
    return float(brentq(lambda away: float(ncx2.cdf(square, free, away)) - level, 0.0, most))


def _change(name: str, codes: Ints, window: Ints) -> Change:
    """Return the test of a column, with `p` before correction."""
    count = np.bincount(codes)
    least = EXPECTED * (int(window.max()) + 1)
    told = [code for code in np.argsort(-count, kind="stable")[:VALUES] if count[code] >= least]
    place = np.zeros(len(count), np.int64)
    place[told] = np.arange(1, len(told) + 1)
    table = np.zeros((len(told) + 1, int(window.max()) + 1))
    np.add.at(table, (place[codes], window), 1)
    v, low, high, p = cramer(table)
    return Change(name, v, low, high, p)
