"""One-vs-rest maps, for calibrations of two classes only.

Two classes need one map. For more, each class has its own map of its probability against all others, and the results
are normalised to sum to 1 (Zadrozny and Elkan 2002, KDD). A class that has all or none of the validation rows keeps its
probability, as there is nothing to learn from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longtail.strategies.base import Scores
from longtail.strategies.models import FLOOR, logs
from longtail.strategies.table import Doubles, Floats, Ints

Map = Callable[[Doubles], Doubles]
"""log-odds (n,) -> probabilities (n,)"""
Learn = Callable[[Doubles, NDArray[np.bool_]], Map]
"""log-odds (n,) and a mask (n,) of the rows of the class -> the map"""


def calibrated(scores: Floats, y: Ints, learn: Learn) -> Scores:
    """Learn one map per class from validation rows; return a map from log-probabilities to log-probabilities (n, K)."""
    classes = scores.shape[1]
    odds = log_odds(scores)
    there = [c for c in ([1] if classes == 2 else range(classes)) if 0 < (y == c).sum() < len(y)]
    maps = {c: learn(odds[:, c], y == c) for c in there}

    def mapped(given: Floats) -> Floats:
        odds = log_odds(given)
        p = probabilities(odds)
        for c, one in maps.items():
            p[:, c] = one(odds[:, c])
        if classes == 2:
            p[:, 0] = 1 - p[:, 1]
        return logs(np.maximum(p, FLOOR))

    return mapped


def log_odds(scores: Floats) -> Doubles:
    """Return log(p / (1 - p)) of each class, (n, K), from log-probabilities; exact also where p is 1 in float32."""
    s = np.asarray(scores, np.float64)
    none = np.full((len(s), 1), -np.inf)
    before = np.logaddexp.accumulate(np.hstack([none, s[:, :-1]]), axis=1)
    after = np.logaddexp.accumulate(np.hstack([none, s[:, :0:-1]]), axis=1)[:, ::-1]
    return np.asarray(s - np.logaddexp(before, after), np.float64)


def probabilities(odds: Doubles) -> Doubles:
    """Return 1 / (1 + exp(-odds)), of the same shape."""
    return np.asarray(np.exp(-np.logaddexp(0, -odds)), np.float64)
