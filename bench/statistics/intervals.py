"""Mean of values with its confidence interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Mean of `n` values and its 95 % interval, whose ends are NaN for fewer than two values."""

    mean: float
    low: float
    high: float
    n: int


def interval(values: ArrayLike) -> Interval:
    """Return mean and t interval of values (n,); NaN is ignored."""
    given = np.asarray(values, np.float64)
    given = given[np.isfinite(given)]
    n = len(given)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(given.mean())
    if n == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * given.std(ddof=1) / np.sqrt(n))
    return Interval(mean, mean - half, mean + half, n)
