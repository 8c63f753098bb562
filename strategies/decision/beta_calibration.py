"""Beta calibration: a family of maps beyond sigmoids, which contains the identity."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.convex_minimum import minimum
from longtail.strategies.mechanisms.one_vs_rest import Map, calibrated, probabilities
from longtail.strategies.table import Doubles, Floats, Ints, Profile

RIDGE = 1e-6
"""penalty on the squared coefficients, added to the sum of the log losses: keeps them finite for separable rows"""
FARTHEST = 100.0
"""largest log-odds that are distinguished"""


@final
@dataclass(frozen=True)
class BetaCalibration(Strategy):
    """Map p to the sigmoid of a ln p - b ln(1 - p) + c, with a and b not below 0, fitted on validation rows.

    Kull, Silva Filho and Flach 2017, AISTATS: this is Bayes' rule for scores that have a beta distribution in each
    class. For more than two classes: one class against the rest, normalised to sum to 1.
    """

    name: ClassVar[str] = "beta-calibration"
    paper: ClassVar[str] = "Kull, Silva Filho and Flach 2017, AISTATS"

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        return calibrated(scores, y, beta_map) if len(y) else None


def beta_map(odds: Doubles, positive: NDArray[np.bool_]) -> Map:
    """Return the map of least log loss."""
    a, b, c = coefficients(odds, positive)

    def mapped(given: Doubles) -> Doubles:
        low, high = features(given)
        return probabilities(a * low + b * high + c)

    return mapped


def features(odds: Doubles) -> tuple[Doubles, Doubles]:
    """Return ln p and -ln(1 - p), (n,) each."""
    held = np.clip(odds, -FARTHEST, FARTHEST)
    return -np.logaddexp(0, -held), np.logaddexp(0, held)


def coefficients(odds: Doubles, positive: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return a, b and c of the paper.

    The bounds hold in the fit. The authors instead drop a feature whose factor is negative and fit again; as the loss
    is convex, the best factor within the bounds is then 0 too.
    """
    low, high = features(odds)
    design = np.stack([low, high, np.ones(len(odds))])
    scale = np.maximum(np.abs(design).max(axis=1), 1e-12)
    design, start = design / scale[:, None], np.array([1.0, 1.0, 0.0]) * scale

    def loss(three: Doubles) -> tuple[float, Doubles]:
        values = three @ design
        over = probabilities(values) - positive
        value = np.logaddexp(0, values).sum() - values[positive].sum() + RIDGE / 2 * (three**2).sum()
        return float(value), np.asarray(design @ over + RIDGE * three, np.float64)

    a, b, c = minimum(loss, start, [(0, None), (0, None), (None, None)]) / scale
    return float(a), float(b), float(c)
