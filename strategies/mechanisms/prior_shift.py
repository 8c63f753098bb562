"""Prior shift: scores under other class priors, while p(x | y) stays the same."""

from __future__ import annotations

import numpy as np

from longtail.strategies.table import Doubles, Floats, Profile


def known(profile: Profile) -> Doubles:
    """Return class priors (K,) by weight; a class absent from training counts as one row, to keep its log finite."""
    return np.asarray(np.maximum(profile.priors, 1 / max(profile.counts.sum(), 1)), np.float64)


def moved(scores: Floats, before: Doubles, after: Doubles) -> Floats:
    """Return log-probabilities (n, K) under priors `after`, from those under `before`, (K,) (Saerens et al. 2002)."""
    shifted = scores.astype(np.float64) + np.log(after / before)
    return np.asarray(shifted - np.logaddexp.reduce(shifted, axis=1, keepdims=True), np.float32)
