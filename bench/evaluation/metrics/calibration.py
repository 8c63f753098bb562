"""Whether predicted probabilities come true: by equal-mass bins, and in sum over a class or band."""

from __future__ import annotations

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles

BINS = 20


def calibration_error(scores: Doubles, weights: Doubles, bins: int = BINS) -> float:
    """Root mean square difference of predicted and observed share over equal-mass bins and classes, debiased.

    The marginal calibration error of Kumar et al. (2019) with their debiased estimator: a bin's squared mean
    difference less its sampling variance, so that a calibrated model has about zero whatever the number of rows. With
    the posterior as weights the variance is that of predicted less posterior. Negative sums count as zero.
    """
    rows, classes = scores.shape
    edges = np.linspace(0, rows, min(bins, rows // 2) + 1).astype(np.int64)
    size = np.diff(edges)
    squares = np.empty(classes)
    for index in range(classes):
        predicted = np.exp(scores[:, index])
        difference = (predicted - weights[:, index])[np.argsort(predicted, kind="stable")]
        mean = np.add.reduceat(difference, edges[:-1]) / size
        square = np.add.reduceat(difference**2, edges[:-1]) / size
        noise = (square - mean**2) / np.maximum(size - 1, 1)
        squares[index] = ((mean**2 - noise) * size).sum() / rows
    return float(np.sqrt(max(squares.mean(), 0.0)))


def log_bias(predicted: float, observed: float) -> float:
    """Log of predicted over observed rows: 0 is right, log 2 = .69 twice too many; NaN where nothing was observed."""
    if observed <= 0:
        return float("nan")
    return float(np.log(max(predicted, 1e-12) / observed))


def reliability(scores: Doubles, weights: Doubles, bins: int = BINS) -> tuple[Doubles, Doubles, Doubles]:
    """Mean predicted and observed share, and weight, of equal-mass bins of pooled (row, class) pairs, each (bins,)."""
    predicted = np.exp(scores).ravel()
    order = np.argsort(predicted, kind="stable")
    edges = np.linspace(0, len(order), min(bins, len(order)) + 1).astype(np.int64)
    size = np.diff(edges).astype(np.float64)
    expected = np.add.reduceat(predicted[order], edges[:-1]) / size
    observed = np.add.reduceat(weights.ravel()[order], edges[:-1]) / size
    return expected, observed, size
