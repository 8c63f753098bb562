"""Metrics of decisions, computed from one confusion matrix (K, K); rows are true classes, columns are decisions."""

from __future__ import annotations

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles, Ints


def confusion(weights: Doubles, decision: Ints) -> Doubles:
    """Return the weight (K, K) per true class (rows) and decision (columns), from weights (n, K) and decisions (n,)."""
    classes = weights.shape[1]
    columns = [np.bincount(decision, weights[:, true], minlength=classes) for true in range(classes)]
    return np.asarray(columns, np.float64)


def recalls(table: Doubles) -> Doubles:
    """Return the recall of each class, (K,); NaN for a class without rows."""
    return _share(np.diag(table), table.sum(axis=1))


def precisions(table: Doubles) -> Doubles:
    """Return the precision of each class, (K,); 0 for a class without decisions."""
    return np.nan_to_num(_share(np.diag(table), table.sum(axis=0)))


def f1_scores(table: Doubles) -> Doubles:
    """Return the harmonic mean of recall and precision of each class, (K,); NaN for a class without rows."""
    support = table.sum(axis=1)
    found = _share(2 * np.diag(table), support + table.sum(axis=0))
    return np.where(support > 0, found, np.nan)


def g_mean(recall: Doubles) -> float:
    """Return the geometric mean of recalls (K,); 0 if the recall of any class is 0."""
    if (recall <= 0).any():
        return 0.0
    return float(np.exp(np.log(recall).mean()))


def accuracy(table: Doubles) -> float:
    """Return the share of the weight that is decided correctly."""
    return float(np.trace(table) / table.sum())


def matthews(table: Doubles) -> float:
    """Return Matthews correlation of K classes (Gorodkin 2004); 0 where all rows or all decisions are of one class."""
    total, right = table.sum(), np.trace(table)
    true, decided = table.sum(axis=1), table.sum(axis=0)
    spread = (total**2 - decided @ decided) * (total**2 - true @ true)
    return float((right * total - true @ decided) / np.sqrt(spread)) if spread > 1e-12 * total**4 else 0.0


def _share(part: Doubles, whole: Doubles) -> Doubles:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan), np.float64)
