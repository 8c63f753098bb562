"""Rank tests across datasets, and the number of datasets that they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from longtail.bench.evaluation.metrics.weights import Doubles
from longtail.bench.statistics.intervals import LEVEL


def holm(p: Sequence[float]) -> Doubles:
    """Return Holm's adjusted p values (n,), in the order given; NaN stays NaN and is not counted."""
    given = np.asarray(p, np.float64)
    adjusted = np.full(len(given), np.nan)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(given[known], kind="stable")]
    factor = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factor), 1.0)
    return adjusted


def signed_rank(differences: ArrayLike) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test, exact up to 14 differences; 1 if all are zero."""
    given = np.asarray(differences, np.float64)
    given = given[np.isfinite(given) & (given != 0)]
    if not len(given):
        return 1.0
    tied = len(np.unique(np.abs(given))) < len(given)
    method: Any = stats.PermutationMethod(n_resamples=2**14) if tied and len(given) <= 14 else "auto"
    return float(stats.wilcoxon(given, method=method).pvalue)


def least_datasets(contrasts: int, level: float = 1 - LEVEL) -> int:
    """Return the fewest datasets with which the signed-rank test can reach `level`, under Holm over `contrasts`."""
    return next(n for n in range(1, 64) if 2.0 ** (1 - n) * max(contrasts, 1) <= level)
