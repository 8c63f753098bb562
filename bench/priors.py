"""Conversion of scores from one class prior to another.

Scores are log-probabilities (n, K). All arithmetic is in float64; a probability of zero counts as e^-100.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax, logsumexp

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

LOWEST = -100.0
"""log-probability that stands for a probability of zero, so that differences stay finite"""


def to_prior(scores: ArrayLike, declared: ArrayLike, target: ArrayLike) -> Doubles:
    """Convert scores (n, K) from the `declared` class probabilities (K,) to the `target` ones (K,).

    log p'(k|x) = log p(k|x) + log target_k - log declared_k, normalised (Saerens et al. 2002). A class whose
    declared probability is zero has no shift, since the formula does not define one.
    """
    old, new = np.asarray(declared, np.float64), np.asarray(target, np.float64)
    shift = np.zeros(len(old))
    known = old > 0
    shift[known] = np.log(np.maximum(new[known], np.exp(LOWEST))) - np.log(old[known])
    return np.asarray(log_softmax(finite(scores) + shift, axis=1), np.float64)


def fit_offsets(scores: ArrayLike, y: Ints, prior: ArrayLike) -> Doubles:
    """Fit offsets (K,), which sum to zero, that minimise the log loss of softmax(scores + offsets) on validation rows.

    K pseudo-rows with the class frequencies `prior` (K,) are added, so that a class without validation rows keeps a
    share like that in the training rows. The problem is convex and solved by damped Newton steps.
    """
    given = finite(scores)
    rows, classes = given.shape
    natural = np.asarray(prior, np.float64)
    share = (np.bincount(y, minlength=classes) + classes * natural / natural.sum()) / (rows + classes)
    ridge = 1e-6

    def value(offsets: Doubles) -> float:
        loss = logsumexp(given + offsets, axis=1).mean() - share @ offsets
        return float(loss + ridge / 2 * offsets @ offsets)

    offsets = np.zeros(classes)
    best = value(offsets)
    for _ in range(100):
        chance = np.exp(log_softmax(given + offsets, axis=1))
        mean = chance.mean(axis=0)
        slope = mean - share + ridge * offsets
        if np.abs(slope / (share + ridge)).max() < 1e-6:
            break
        bend = np.diag(mean) - chance.T @ chance / rows + ridge * np.eye(classes)
        move, length = -np.linalg.solve(bend, slope), 1.0
        move *= min(1.0, 10.0 / np.abs(move).max())
        while (found := value(offsets + length * move)) > best and length > 1e-6:
            length /= 2
        if found >= best:
            break
        offsets, best = offsets + length * move, found
    return np.asarray(offsets - offsets.mean(), np.float64)


def moved_by(scores: ArrayLike, offsets: Doubles) -> Doubles:
    """Add offsets (K,), such as those of `fit_offsets`, to scores, and return log-probabilities (n, K)."""
    return np.asarray(log_softmax(finite(scores) + offsets, axis=1), np.float64)


def finite(scores: ArrayLike) -> Doubles:
    """Return scores as float64, each at least `LOWEST`."""
    return np.maximum(np.asarray(scores, np.float64), LOWEST)
