"""How good decisions are: all of it from one confusion matrix, whose rows are true classes and columns decisions."""

from __future__ import annotations

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles, Ints


def confusion(weights: Doubles, decision: Ints) -> Doubles:
    """Weight (K, K) of each true class that is decided as each class, from weights (n, K) and decisions (n,)."""
    classes = weights.shape[1]
    columns = [np.bincount(decision, weights[:, true], minlength=classes) for true in range(classes)]
    return np.asarray(columns, np.float64)


def recalls(table: Doubles) -> Doubles:
    """Share of each class that is decided as it, (K,); NaN for a class without rows."""
    return _share(np.diag(table), table.sum(axis=1))


def precisions(table: Doubles) -> Doubles:
    """Share of the decisions for each class that are right, (K,); 0 where there are none."""
    return np.nan_to_num(_share(np.diag(table), table.sum(axis=0)))


def f1_scores(table: Doubles) -> Doubles:
    """Harmonic mean of recall and precision, (K,); NaN for a class without rows."""
    support = table.sum(axis=1)
    found = _share(2 * np.diag(table), support + table.sum(axis=0))
    return np.where(support > 0, found, np.nan)


def g_mean(recall: Doubles) -> float:
    """Geometric mean of recalls; 0 as soon as one class is never found."""
    if (recall <= 0).any():
        return 0.0
    return float(np.exp(np.log(recall).mean()))


def accuracy(table: Doubles) -> float:
    """Share of the weight that is decided right."""
    return float(np.trace(table) / table.sum())


def matthews(table: Doubles) -> float:
    """Matthews correlation of any number of classes (Gorodkin 2004); 0 where all rows or decisions are one class."""
    total, right = table.sum(), np.trace(table)
    true, decided = table.sum(axis=1), table.sum(axis=0)
    spread = (total**2 - decided @ decided) * (total**2 - true @ true)
    return float((right * total - true @ decided) / np.sqrt(spread)) if spread > 1e-12 * total**4 else 0.0


def _share(part: Doubles, whole: Doubles) -> Doubles:
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan), np.float64)
