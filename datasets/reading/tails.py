"""Fixed draws that make a set more imbalanced: the same rows for every seed of a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PROFILES = ("exponential", "zipf", "step")
KEY = 20_220


def thinned(chosen: NDArray[np.bool_], keep: int) -> NDArray[np.int64]:
    """Return positions of rows, ascending: all rows that are not chosen, and `keep` of the chosen ones by a fixed draw.

    A smaller number keeps a subset of the rows that a larger one keeps.
    """
    own = np.flatnonzero(chosen)
    order = np.random.Generator(np.random.Philox(key=KEY)).permutation(len(own))
    return np.sort(np.concatenate([np.flatnonzero(~chosen), own[order[:keep]]]))


def tailed(y: NDArray[np.int64], order: NDArray[np.int64], profile: str, ratio: float) -> NDArray[np.int64]:
    """Return positions of rows, ascending, whose classes follow a profile in the given order, the most frequent first.

    With K classes and k = 0..K-1, sizes are n ratio**(-k/(K-1)) (exponential, Cui et al. 2019), n (k+1)**(-a) with a =
    log ratio / log K (Zipf), or n for the first half of the classes, rounded up, and n/ratio for the rest (step, Buda
    et al. 2018). n is the largest number for which no class runs out of rows; every class keeps at least one row.
    """
    counts = np.bincount(y, minlength=len(order))[order]
    share = shares(profile, len(order), ratio)
    sizes = np.maximum(1, np.floor((counts / share).min() * share + 1e-9)).astype(np.int64)
    rng = np.random.Generator(np.random.Philox(key=KEY))
    kept = [rng.permutation(np.flatnonzero(y == c))[:size] for c, size in zip(order, sizes, strict=True)]
    return np.sort(np.concatenate(kept))


def shares(profile: str, classes: int, ratio: float) -> NDArray[np.float64]:
    """Return the size of each class over that of the first, (K,), falling from 1 to 1/ratio."""
    k = np.arange(classes)
    if profile == "step":
        return np.where(k < (classes + 1) // 2, 1.0, 1.0 / ratio)
    if profile == "zipf":
        return np.asarray((k + 1.0) ** (-np.log(ratio) / np.log(classes)))
    return np.asarray(ratio ** (-k / (classes - 1)))
