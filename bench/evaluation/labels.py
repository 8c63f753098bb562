"""The labels that scores of a (dataset, seed) are held against, and which classes count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.bench.evaluation.bands import BANDS, Cuts, bands, ranks, size_counts
from longtail.bench.evaluation.metrics.weights import Doubles, Ints, one_hot
from longtail.bench.records import Truth

LEAST_POSITIVES = 10
"""test rows under which a class of real data leaves the macro averages and is pooled"""


@dataclass(frozen=True, eq=False)
class Labels:
    """What any scores of a (dataset, seed) are held against: nothing here depends on a strategy."""

    truth: Truth
    cuts: Cuts
    weights: Doubles
    """(n, K): the posterior, or one for the row's class"""
    bands: tuple[str, ...]
    rank: Ints
    scored: NDArray[np.bool_]
    """(K,) in the macro averages"""
    pooled: NDArray[np.bool_]
    """(K,) has test rows, but too few"""
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
    def soft(self) -> bool:
        return self.truth.posterior_test is not None

    def mean(self, values: Doubles) -> float:
        """The figure that stands for all classes (K,): the rarer of two, the mean of those scored."""
        if len(values) == 2:
            return float(values[self.rarer])
        return self.macro(values)

    def macro(self, values: Doubles) -> float:
        """Mean over the classes that are scored; NaN where there are none."""
        return _mean(values[self.scored])

    def by_band(self, values: Doubles) -> dict[str, float]:
        """Mean over the scored classes of each band; NaN for an empty one."""
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
