"""How well the best possible scores do, from the posterior alone: no labels, so no noise of drawing them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_precision(posterior: NDArray[np.floating]) -> float:
    """Expected average precision of scoring rows by P(class) (n,), every row counting as that much of a positive."""
    ranked = np.sort(posterior)[::-1].astype(np.float64)
    found = np.cumsum(ranked)
    return float((ranked * found / np.arange(1, len(ranked) + 1)).sum() / found[-1])


def roc_auc(posterior: NDArray[np.floating]) -> float:
    """Expected area under the ROC curve of scoring rows by P(class) (n,)."""
    ranked = np.sort(posterior).astype(np.float64)
    negative = 1 - ranked
    below = np.cumsum(negative) - negative / 2
    return float((ranked * below).sum() / (ranked.sum() * negative.sum()))


def macro(measure: str, posterior: NDArray[np.floating]) -> float:
    """The mean over classes of a posterior (n, K) of `average_precision` or `roc_auc`; one column stands for itself."""
    of = {"average_precision": average_precision, "roc_auc": roc_auc}[measure]
    return float(np.mean([of(column) for column in np.ascontiguousarray(posterior.T)]))
