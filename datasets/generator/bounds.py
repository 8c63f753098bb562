"""Scores of the best possible ranking, from the posterior alone: without drawn labels there is no sampling noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_precision(posterior: NDArray[np.floating]) -> float:
    """Return the expected average precision of ranking rows by P(class) (n,), their chances of being positive."""
    ranked = np.sort(posterior)[::-1].astype(np.float64)
    found = np.cumsum(ranked)
    return float((ranked * found / np.arange(1, len(ranked) + 1)).sum() / found[-1])


def roc_auc(posterior: NDArray[np.floating]) -> float:
    """Return the expected area under the ROC curve of ranking rows by P(class) (n,)."""
    ranked = np.sort(posterior).astype(np.float64)
    negative = 1 - ranked
    below = np.cumsum(negative) - negative / 2
    return float((ranked * below).sum() / (ranked.sum() * negative.sum()))


def macro(measure: str, posterior: NDArray[np.floating]) -> float:
    """Return the mean of `average_precision` or `roc_auc` over the columns of a posterior, (n, K) or (n, 1)."""
    of = {"average_precision": average_precision, "roc_auc": roc_auc}[measure]
    return float(np.mean([of(column) for column in np.ascontiguousarray(posterior.T)]))
