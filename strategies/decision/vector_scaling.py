"""Vector scaling: one factor and one offset per class on the logits, fitted on validation rows."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.convex_minimum import minimum
from longtail.strategies.models import FLOOR
from longtail.strategies.table import Doubles, Floats, Ints, Profile

RIDGE = 1e-3
"""penalty on the squared distance from no change, added to the sum of the log losses: finite for separable rows"""


@final
@dataclass(frozen=True)
class VectorScaling(Strategy):
    """Give each class's log-probability its own factor and offset, with the least log loss on validation rows.

    Guo, Pleiss, Sun and Weinberger 2017, ICML, section 4.2. A class without validation rows keeps factor 1 and offset
    0.
    """

    name: ClassVar[str] = "vector-scaling"
    paper: ClassVar[str] = "Guo, Pleiss, Sun and Weinberger 2017, ICML, section 4.2"

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        if not len(y):
            return None
        factor, offset = fitted(scores, y)

        def scaled(given: Floats) -> Floats:
            values = logits(given) * factor + offset
            return np.asarray(values - np.logaddexp.reduce(values, axis=1, keepdims=True), np.float32)

        return scaled


def logits(scores: Floats) -> Doubles:
    """Return log-probabilities (n, K), raised to the floor."""
    return np.maximum(scores.astype(np.float64), np.log(FLOOR))


def fitted(scores: Floats, y: Ints) -> tuple[Doubles, Doubles]:
    """Return factors and offsets of least log loss, (K,) each."""
    s, classes = logits(scores), scores.shape[1]
    own = np.eye(classes)[y]
    moves = own.any(axis=0)

    def loss(both: Doubles) -> tuple[float, Doubles]:
        factor, offset = both[:classes], both[classes:]
        values = s * factor + offset
        total = np.logaddexp.reduce(values, axis=1, keepdims=True)
        over = np.exp(values - total) - own
        away = np.concatenate([factor - 1, offset])
        slope = np.concatenate([(over * s).sum(0), over.sum(0)]) + RIDGE * away
        value = total.sum() - (own * values).sum() + RIDGE / 2 * (away**2).sum()
        return float(value), np.where(np.tile(moves, 2), slope, 0)

    start = np.concatenate([np.ones(classes), np.zeros(classes)])
    best = minimum(loss, start)
    return best[:classes], best[classes:]
