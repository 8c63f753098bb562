"""Primary metrics on resampled test groups, for real datasets, of which only one sample exists.

Each draw gives every group a Poisson(1) count (Poisson bootstrap); where no groups are known, each row is a group.
A group has the same counts in every cell and seed, so that differences are paired and overlapping test sets vary
together.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics import ranking
from longtail.bench.evaluation.metrics.weights import Doubles, Ints

DRAWS = 200
LARGEST = 1_000_000
"""limit of test rows times classes: above it nothing is resampled, because it takes longer than many fits"""
SEED = 20240229
"""the seed of the counts; any number works, but all cells must use the same one"""


@lru_cache(maxsize=2)
def poisson_counts(seed: int, groups: int) -> NDArray[np.int8]:
    """Return counts (groups, draws); those of the first groups do not depend on the number of groups."""
    return np.random.default_rng(seed).poisson(1.0, (groups, DRAWS)).astype(np.int8)


def group_draws(groups: Ints) -> Doubles:
    """Return the count of each row in each draw, (draws, n), from the group of each row (n,)."""
    return np.asarray(poisson_counts(SEED, int(groups.max()) + 1)[groups].T, np.float64)


def replicates(labels: Labels, natural: Doubles, shared: Ints) -> dict[str, list[float]] | None:
    """Return AP and macro F1 on each draw, as `ap` and `f1`, from log-probabilities (n, K) and decisions (n,).

    None where labels are soft, where test rows are not identified, or where rows times classes exceed LARGEST.
    """
    rows, classes = labels.weights.shape
    groups = labels.truth.rows_test if labels.truth.groups_test is None else labels.truth.groups_test
    if labels.soft or groups is None or rows * classes > LARGEST:
        return None
    counts = group_draws(groups)
    wanted = [labels.rarer] if classes == 2 else np.flatnonzero(labels.scored).tolist()
    ap = np.array([_average_precisions(natural[:, index], labels.weights[:, index], counts) for index in wanted])
    chosen = np.zeros((rows, classes))
    chosen[np.arange(rows), shared] = 1
    hits = counts @ (chosen * labels.weights)
    both = counts @ (chosen + labels.weights)
    f1 = (2 * hits / np.maximum(both, 1))[:, labels.scored]
    return {"ap": _means(ap.T), "f1": _means(f1)}


def _means(values: Doubles) -> list[float]:
    return [float(value) for value in values.mean(axis=1)] if values.shape[1] else []


def _average_precisions(score: Doubles, positive: Doubles, counts: Doubles) -> Doubles:
    """Return the average precision of one class on each draw, (draws,); a draw without the class counts as 0."""
    ranked = ranking.ranking(score)
    drawn = counts[:, ranked.order]
    hits = np.cumsum(drawn * positive[ranked.order], axis=1)[:, ranked.ends]
    taken = np.cumsum(drawn, axis=1)[:, ranked.ends]
    steps = np.diff(hits, axis=1, prepend=0.0)
    return np.asarray((hits / np.maximum(taken, 1) * steps).sum(axis=1) / np.maximum(hits[:, -1], 1), np.float64)
