"""Losses of probabilities: log loss and Brier score, as expectations over the labels."""

from __future__ import annotations

import numpy as np

from longtail.bench.evaluation.metrics.weights import Doubles

CLIP = float(np.finfo(np.float32).eps)
"""smallest probability, as in scikit-learn for float32: one certain error costs 15.9 nats, not infinity"""


def log_loss(scores: Doubles, weights: Doubles) -> float:
    """Return the mean over rows of -sum_k w_k log q_k in nats, from log-probabilities and weights (n, K)."""
    return float(-(np.maximum(scores, np.log(CLIP)) * weights).sum() / weights.sum())


def entropy(posterior: Doubles) -> float:
    """Return the log loss of the posterior (n, K) itself, which is the smallest possible one, in nats."""
    kept = np.maximum(posterior, 1e-300)
    return float(-(posterior * np.log(kept)).sum() / posterior.sum())


def brier(scores: Doubles, weights: Doubles) -> float:
    """Return the mean over rows of sum_k w_k |q - e_k|^2, from log-probabilities and weights (n, K).

    It is halved for two classes, so that it is the usual binary score.
    """
    chance = np.exp(scores)
    total = weights.sum(axis=1)
    value = (total * (chance**2).sum(axis=1) - 2 * (chance * weights).sum(axis=1) + total).sum() / total.sum()
    return float(value / 2 if scores.shape[1] == 2 else value)
