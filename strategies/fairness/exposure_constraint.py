"""Exposure constraint: decisions give every class a least share of exposure."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.rules import share
from longtail.strategies.table import Doubles, Floats, Ints, Profile

SMOOTH = 0.003
"""width of the smoothing while prices are found: probabilities closer than this are nearly tied"""


@final
@dataclass(frozen=True)
class ExposureConstraint(Strategy):
    """Re-rank so that every class is decided on at least `least` times as often as it occurs.

    Singh and Joachims 2018, KDD, fairness of exposure: the most probable hits under constraints on exposure, a linear
    program. The sum of P_ik p_ik is maximal over rows P_i that sum to 1, where the class means of P_k are not below
    `least` times the prior. Its dual has one price per class; prices are found on validation rows and added to the
    probabilities of any row. `least` 1 makes exposure proportional to class frequency, which is their disparate
    treatment constraint with frequency as merit. A lower value matters only where plain decisions leave a class below
    its bound; otherwise no decision changes.
    """

    name: ClassVar[str] = "exposure-constraint"
    paper: ClassVar[str] = "Singh and Joachims 2018, KDD, fairness of exposure"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"least": (0.25, 0.5, 0.75, 1.0)}
    least: float = 1.0

    def __post_init__(self) -> None:
        share("least", self.least)

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        # NOTE[DIFF] one position per row, where the paper fills a ranking; the exposed items are the classes
        price = prices(np.exp(scores.astype(np.float64)), self.least * natural.priors)
        return lambda given: (np.exp(given.astype(np.float64)) + price).astype(np.float32)


def prices(probability: Doubles, least: Doubles) -> Doubles:
    """Return prices (K,), 0 or more, with which each class is the argmax of probability plus price on its least share.

    `probability` (n, K); `least` (K,) sums to at most 1. Minimises the smoothed dual of the program.
    """

    def dual(price: Doubles) -> tuple[float, Doubles]:
        lifted = (probability + price) / SMOOTH
        value = SMOOTH * logsumexp(lifted, axis=1).mean() - price @ least
        return float(value), softmax(lifted, axis=1).mean(axis=0) - least

    found = minimize(dual, np.zeros(len(least)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(least))
    return np.asarray(found.x, np.float64)
