"""Platt scaling: a sigmoid of the log-odds, fitted on validation rows."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.convex_minimum import minimum
from longtail.strategies.mechanisms.one_vs_rest import Map, calibrated, probabilities
from longtail.strategies.table import Doubles, Floats, Ints, Profile


@final
@dataclass(frozen=True)
class PlattScaling(Strategy):
    """Map log-odds f to the probability 1 / (1 + exp(A f + B)) that fits validation rows best.

    Platt 1999, Advances in Large Margin Classifiers, with his targets (n+ + 1) / (n+ + 2) and 1 / (n- + 2) instead of 1
    and 0, which keep the map finite for few validation rows. For more than two classes: one class against the rest,
    normalised to sum to 1.
    """

    name: ClassVar[str] = "platt-scaling"
    paper: ClassVar[str] = "Platt 1999, Advances in Large Margin Classifiers"

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        return calibrated(scores, y, sigmoid) if len(y) else None


def sigmoid(odds: Doubles, positive: NDArray[np.bool_]) -> Map:
    """Return the map of least cross-entropy for Platt's targets."""
    slope, offset = coefficients(odds, positive)
    return lambda given: probabilities(slope * given + offset)


def coefficients(odds: Doubles, positive: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and offset, which are -A and -B of the paper."""
    hits, misses = positive.sum(), (~positive).sum()
    target = np.where(positive, (hits + 1) / (hits + 2), 1 / (misses + 2))
    # standardised, so that the curvature suits the optimiser
    centre, spread = odds.mean(), max(float(odds.std()), 1e-12)
    unit = (odds - centre) / spread

    def loss(both: Doubles) -> tuple[float, Doubles]:
        values = both[0] * unit + both[1]
        over = probabilities(values) - target
        value = np.logaddexp(0, values).sum() - (target * values).sum()
        return float(value), np.array([(over * unit).sum(), over.sum()])

    found = minimum(loss, np.array([spread, centre]))
    return float(found[0] / spread), float(found[1] - found[0] * centre / spread)
