"""Labels with which the scores of a (dataset, seed) are compared, and the classes that count in averages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.bench.evaluation.bands import BANDS, Cuts, bands, ranks, size_counts
from longtail.bench.evaluation.metrics.weights import Doubles, Ints, one_hot
from longtail.bench.records import Truth

LEAST_POSITIVES = 10
"""number of test rows below which a class of real data is left out of the macro averages and pooled"""


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels with which the scores of a (dataset, seed) are compared; they do not depend on a strategy."""

    truth: Truth
    cuts: Cuts
    weights: Doubles
    """(n, K): the posterior where it is known, else 1 for the row's class"""
    bands: tuple[str, ...]
    rank: Ints
    scored: NDArray[np.bool_]
    """(K,): classes in the macro averages"""
    pooled: NDArray[np.bool_]
    """(K,): classes that have test rows, but too few"""
    rarer: int
    """index of the least frequent class"""

    @staticmethod
    def of(truth: Truth, cuts: Cuts) -> Labels:
        soft = truth.posterior_test is not None
        classes = len(truth.classes)
        weights = np.asarray(truth.posterior_test, np.float64) if soft else one_hot(truth.y_test, classes)
        frequency = truth.train_counts if truth.spec_priors is None else truth.spec_priors
        support, rank = weights.sum(axis=0), ranks(frequency)
        enough = support > 0 if soft or classes == 2 else support >= LEAST_POSITIVES
        pooled = (support > 0) & ~enough
        return Labels(truth, cuts, weights, bands(frequency, cuts), rank, enough, pooled, int(rank.argmax()))

    @property
    def limit(self) -> Doubles:
        """Return the best probabilities (n, K) that anything can reach; only where labels are soft."""
        best = self.truth.posterior_test if self.truth.limit_test is None else self.truth.limit_test
        return np.asarray(best, np.float64)

    @property
    def soft(self) -> bool:
        return self.truth.posterior_test is not None

    def mean(self, values: Doubles) -> float:
        """Return one value for all classes (K,): that of the rarer of two, else the mean over the scored classes."""
        if len(values) == 2:
            return float(values[self.rarer])
        return self.macro(values)

    def macro(self, values: Doubles) -> float:
        """Return the mean of values (K,) over the scored classes; NaN without any."""
        return _mean(values[self.scored])

    def by_band(self, values: Doubles) -> dict[str, float]:
        """Return the mean of values (K,) over the scored classes of each band; NaN for an empty band."""
        band = np.array(self.bands)
        return {name: _mean(values[self.scored & (band == name)]) for name in BANDS}

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "classes": len(self.bands),
            "classes_scored": int(self.scored.sum()),
            "classes_pooled": int(self.pooled.sum()),
            "cut_head": self.cuts.head,
            "cut_tail": self.cuts.tail,
            "rows_train": int(self.truth.train_counts.sum()),
            "rows_test": len(self.weights),
            "posterior_weighted": self.soft,
        } | size_counts(self.truth.train_counts)


def _mean(values: Doubles) -> float:
    return float(values.mean()) if len(values) else float("nan")
