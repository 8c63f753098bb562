"""Temperature scaling: logits are divided by one number, fitted on validation rows."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from scipy.optimize import minimize_scalar

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.prior_shift import known, moved
from longtail.strategies.models import FLOOR
from longtail.strategies.table import Floats, Ints, Profile

FARTHEST = 7.0
"""log of the greatest temperature that is tried; the least is its inverse"""


@final
@dataclass(frozen=True)
class TemperatureScaling(Strategy):
    """Divide log-probabilities by the temperature of least log loss on validation rows, and normalise.

    Guo, Pleiss, Sun and Weinberger 2017, ICML, section 4.2. A single number hardly overfits, and no row changes its
    class. It can't undo a change of priors either: scores that refer to other priors, as after under-sampling, are
    first moved to the natural ones.
    """

    name: ClassVar[str] = "temperature-scaling"
    paper: ClassVar[str] = "Guo, Pleiss, Sun and Weinberger 2017, ICML, section 4.2"

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        if not len(y):
            return None
        before, after = known(trained), known(natural)
        if np.array_equal(before, after):
            cold = float(np.exp(-best_heat(scores, y)))
            return lambda given: scaled(given, cold)
        cold = float(np.exp(-best_heat(moved(scores, before, after), y)))
        return lambda given: scaled(moved(given, before, after), cold)


def best_heat(scores: Floats, y: Ints) -> float:
    """Return the log of the temperature of least log loss."""

    def loss(heat: float) -> float:
        return -float(scaled(scores, float(np.exp(-heat)))[np.arange(len(y)), y].mean(dtype=np.float64))

    return float(minimize_scalar(loss, bounds=(-FARTHEST, FARTHEST), method="bounded", options={"xatol": 1e-8}).x)


def scaled(scores: Floats, cold: float) -> Floats:
    """Return log-probabilities (n, K) from scores times `cold`, which is one over the temperature."""
    values = np.maximum(scores.astype(np.float64), np.log(FLOOR)) * cold
    return np.asarray(values - np.logaddexp.reduce(values, axis=1, keepdims=True), np.float32)
