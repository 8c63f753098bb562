"""Metrics of ranking: average precision and ROC AUC, one class against the rest, correct under ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles, Ints


@dataclass(frozen=True, eq=False)
class Ranking:
    """Rows sorted by the scores of one class, the highest first.

    `order` (n,) holds row indices, `ends` (m,) the last position of each distinct score; only these are thresholds.
    """

    order: Ints
    ends: Ints


def ranking(score: Doubles) -> Ranking:
    """Rank rows by one class's scores (n,)."""
    order = np.argsort(-score)  # five times as fast as a stable sort; the order of equal scores changes nothing
    falling = score[order]
    ends = np.flatnonzero(np.r_[falling[1:] != falling[:-1], True])
    return Ranking(order, ends)


def precision_recall(ranked: Ranking, positive: Doubles, total: Doubles) -> tuple[Doubles, Doubles]:
    """Return precision and recall, (m,) each, at each distinct score.

    `positive` (n,) is the weight of the class in each row, `total` (n,) the weight of the row.
    """
    hits = np.cumsum(positive[ranked.order])[ranked.ends]
    taken = np.cumsum(total[ranked.order])[ranked.ends]
    return hits / np.maximum(taken, 1e-300), hits / hits[-1]


def average_precision(ranked: Ranking, positive: Doubles, total: Doubles) -> float:
    """Return the sum over thresholds of precision times the step in recall; NaN for a class without weight.

    `positive` and `total` are (n,), as in `precision_recall`. With hard labels and `total` of ones it equals
    scikit-learn's `average_precision_score`.
    """
    if positive.sum() <= 0:
        return float("nan")
    precision, recall = precision_recall(ranked, positive, total)
    return float(precision @ np.diff(recall, prepend=0.0))


def roc_auc(ranked: Ranking, positive: Doubles, total: Doubles) -> float:
    """Return the probability that a row of the class scores higher than one of the rest; a tie counts as half.

    `positive` and `total` are (n,), as in `precision_recall`. NaN where the class or the rest has no weight.
    """
    hits = np.cumsum(positive[ranked.order])[ranked.ends]
    alarms = np.cumsum((total - positive)[ranked.order])[ranked.ends]
    if hits[-1] <= 0 or alarms[-1] <= 0:
        return float("nan")
    return float(np.trapezoid(np.r_[0.0, hits], np.r_[0.0, alarms]) / hits[-1] / alarms[-1])


def average_precisions(scores: Doubles, weights: Doubles) -> Doubles:
    """Return the average precision of every class (K,), from scores and weights (n, K)."""
    total = weights.sum(axis=1)
    columns = np.ascontiguousarray(scores.T), np.ascontiguousarray(weights.T)
    return np.array([average_precision(ranking(score), weight, total) for score, weight in zip(*columns, strict=True)])


def both(scores: Doubles, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Return average precision and ROC AUC of every class, (K,) each, with one sort per class."""
    total = weights.sum(axis=1)
    found = np.empty((2, scores.shape[1]))
    for index, (score, weight) in enumerate(zip(scores.T.copy(), weights.T.copy(), strict=True)):
        ranked = ranking(score)
        found[0, index] = average_precision(ranked, weight, total)
        found[1, index] = roc_auc(ranked, weight, total)
    return found[0], found[1]
