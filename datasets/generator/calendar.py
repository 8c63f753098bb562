"""Times of rows: weeks with busy and quiet hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS = 168
START = 1_736_121_600.0
"""Monday, 6 January 2025, 00:00 UTC, in seconds since the epoch"""
DAILY = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 9, 9, 10, 11, 12, 14, 15, 13, 9, 5)
WEEKLY = (1.0, 0.95, 0.95, 1.0, 1.05, 1.2, 1.3)

HOURLY = np.outer(WEEKLY, DAILY).ravel() / (np.sum(DAILY) * np.sum(WEEKLY))
"""share of a week's rows per hour of the week, (168,)"""
_EDGES = np.concatenate([[0.0], np.cumsum(HOURLY)])
_EDGES[-1] = 1.0


@dataclass(frozen=True, eq=False)
class Moments:
    """Times (n,) of rows: `seconds` since the epoch, `hour` of the day, `weekday` (0 is Monday), `day` since START."""

    seconds: NDArray[np.float64]
    hour: NDArray[np.int32]
    weekday: NDArray[np.int32]
    day: NDArray[np.int32]


def moments(fraction: NDArray[np.float64], first_week: int, weeks: int) -> Moments:
    """Return the times (n,) by which fractions (n,), in [0, 1), of the rows of some weeks have happened."""
    whole = fraction * weeks
    week = np.floor(whole)
    hours = np.interp(whole - week, _EDGES, np.arange(HOURS + 1.0))
    at = np.minimum(hours.astype(np.int32), HOURS - 1)
    seconds = START + ((first_week + week) * HOURS + hours) * 3600
    day = (first_week + week).astype(np.int32) * 7 + at // 24
    return Moments(seconds, at % 24, at // 24, day)
