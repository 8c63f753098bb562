"""Isotonic regression: the best map that keeps the order of scores."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression as Isotonic

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.mechanisms.one_vs_rest import Map, calibrated, probabilities
from longtail.strategies.table import Doubles, Floats, Ints, Profile


@final
@dataclass(frozen=True)
class IsotonicRegression(Strategy):
    """Map probabilities by the non-decreasing function with the least squared error on validation rows.

    Zadrozny and Elkan 2002, KDD. Uses scikit-learn's IsotonicRegression. For more than two classes: one class against
    the rest, normalised to sum to 1. Scores within one step get the same probability, and these ties lower AP. With few
    validation rows the outer steps are 0 or 1, which increases log loss.
    """

    name: ClassVar[str] = "isotonic-regression"
    paper: ClassVar[str] = "Zadrozny and Elkan 2002, KDD"

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        return calibrated(scores, y, steps) if len(y) else None


def steps(odds: Doubles, positive: NDArray[np.bool_]) -> Map:
    """Return scikit-learn's map of probabilities."""
    model = Isotonic(y_min=0, y_max=1, out_of_bounds="clip").fit(probabilities(odds), positive.astype(np.float64))
    return lambda given: np.asarray(model.predict(probabilities(given)), np.float64)
