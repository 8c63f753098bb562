"""Calibration of predicted probabilities: by equal-mass bins, and as a sum over a class or band."""

from __future__ import annotations

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles

BINS = 20


def calibration_error(scores: Doubles, weights: Doubles, bins: int = BINS) -> float:
    """Return the debiased root mean square of predicted minus observed shares over equal-mass bins and classes.

    This is the marginal calibration error of Kumar et al. (2019) with their debiased estimator: a bin's squared mean
    difference minus its sampling variance, so that a calibrated model has about zero for any number of rows. With the
    posterior as weights, the variance is that of predicted minus posterior. Negative sums count as zero. Scores are
    log-probabilities (n, K), weights (n, K).
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
    """Return the log of predicted over observed rows: 0 is exact, .69 is twice too many; NaN without observed rows."""
    if observed <= 0:
        return float("nan")
    return float(np.log(max(predicted, 1e-12) / observed))


def reliability(scores: Doubles, weights: Doubles, bins: int = BINS) -> tuple[Doubles, Doubles, Doubles]:
    """Return mean predicted and observed shares and sizes of equal-mass bins of (row, class) pairs, (bins,) each."""
    predicted = np.exp(scores).ravel()
    order = np.argsort(predicted, kind="stable")
    edges = np.linspace(0, len(order), min(bins, len(order)) + 1).astype(np.int64)
    size = np.diff(edges).astype(np.float64)
    expected = np.add.reduceat(predicted[order], edges[:-1]) / size
    observed = np.add.reduceat(weights.ravel()[order], edges[:-1]) / size
    return expected, observed, size
