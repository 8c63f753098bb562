"""Threshold: the cut with the best F1 on validation rows."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.table import Doubles, Floats, Ints, Profile

FARTHEST = 1e30
"""log-odds beyond any finite float32 difference, in the place of infinity"""


@final
@dataclass(frozen=True)
class Threshold(Strategy):
    """Decide for the rarer of two classes above the threshold with the largest F1 on validation rows.

    Lipton, Elkan and Naryanaswamy 2014, ECML PKDD. Every cut between two different scores is tried, rows of
    the same score stay together, and of equal cuts the highest wins. Without a rare validation row there is no F1 to
    choose by, and the decision stays as it is.
    """

    name: ClassVar[str] = "threshold"
    paper: ClassVar[str] = "Lipton, Elkan and Naryanaswamy 2014, ECML PKDD"

    def why_skip(self, profile: Profile) -> str | None:
        return None if profile.classes == 2 else f"a threshold needs two classes, there are {profile.classes}"

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        rare = int(natural.counts[1] <= natural.counts[0])
        if not (y == rare).any():
            return None
        cut = best_cut(log_odds(scores, rare), y == rare)

        def decided(given: Floats) -> Floats:
            margin = log_odds(given, rare) - cut
            values = np.zeros((len(given), 2), np.float32)
            # at the cut itself the answer is no, whichever column argmax takes first
            values[:, rare] = np.where(margin == 0, -1e-30, margin)
            return values

        return decided


def log_odds(scores: Floats, rare: int) -> Doubles:
    """Log-odds (n,) of a class out of log-probabilities (n, 2): apart even where the probability is 1 in float32."""
    two = scores.astype(np.float64)
    odds: Doubles = np.clip(two[:, rare] - two[:, 1 - rare], -FARTHEST, FARTHEST)
    return odds


def best_cut(odds: Doubles, positive: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """The cut with the largest F1 of `odds > cut`: halfway between two neighbours, or below all."""
    order = np.argsort(-odds, kind="stable")
    values, hits = odds[order], np.cumsum(positive[order])
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))  # of each group of equal scores
    f1 = 2 * hits[last] / (last + 1 + positive.sum())
    lowest = values[last[np.argmax(f1)]]
    below = values[values < lowest]
    if not len(below):
        return float(lowest) - 1
    middle = (lowest + below[0]) / 2
    return float(middle if middle < lowest else below[0])
