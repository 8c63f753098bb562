"""Scores under other class priors: p(x | y) stays, the priors change."""

from __future__ import annotations

import numpy as np

from longtail.strategies.table import Doubles, Floats, Profile


def known(profile: Profile) -> Doubles:
    """Class priors (K,) by weight; a class never seen counts as one row, as its log would be infinite."""
    return np.asarray(np.maximum(profile.priors, 1 / max(profile.counts.sum(), 1)), np.float64)


def moved(scores: Floats, before: Doubles, after: Doubles) -> Floats:
    """Log-probabilities (n, K) under priors `after` (K,) of scores that refer to `before` (Saerens et al. 2002)."""
    shifted = scores.astype(np.float64) + np.log(after / before)
    return np.asarray(shifted - np.logaddexp.reduce(shifted, axis=1, keepdims=True), np.float32)
