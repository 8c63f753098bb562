"""Threshold: the cut that is best on validation rows, by F1, by cost or by balanced accuracy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.rules import among, positive
from longtail.strategies.table import Doubles, Floats, Ints, Profile

FARTHEST = 1e30
"""log-odds beyond any finite float32 difference, instead of infinity"""
Value = Callable[[Doubles, Doubles, float, float], Doubles]
"""hits and rows named so far, (m,) each, number of rare rows and of all rows -> value of each cut, (m,)"""


@final
@dataclass(frozen=True)
class Threshold(Strategy):
    """Decide for the rarer of two classes above the threshold that is best on validation rows.

    Lipton, Elkan and Naryanaswamy 2014, ECML PKDD, for `metric` f1. For `metric` cost, where a missed rare row costs
    `cost` times a false alarm: Sheng and Ling 2006, AAAI, who search for the cut that Elkan 2001, IJCAI, sets to p = 1
    / (1 + cost). For `metric` balanced-accuracy the cut with the largest difference of both rates (Youden 1950, Cancer
    3). Every cut between two different scores is tried; rows with equal scores stay together, and the highest of
    equally good cuts wins. Without a rare validation row the decision does not change.
    """

    name: ClassVar[str] = "threshold"
    paper: ClassVar[str] = "Lipton, Elkan and Naryanaswamy 2014, ECML PKDD"
    metric: Literal["f1", "cost", "balanced-accuracy"] = "f1"
    cost: float = 10.0

    def __post_init__(self) -> None:
        among("metric", self.metric, tuple(VALUES))
        positive("cost", self.cost)
        if self.metric != "cost" and self.cost != type(self).cost:
            raise ValueError(f"cost must be left out where metric is {self.metric}, got {self.cost!r}")

    def why_skip(self, profile: Profile) -> str | None:
        return None if profile.classes == 2 else f"a threshold needs two classes, and there are {profile.classes}"

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        rare = int(natural.counts[1] <= natural.counts[0])
        if not (y == rare).any():
            return None
        cut = best_cut(log_odds(scores, rare), y == rare, VALUES[self.metric](self.cost))

        def decided(given: Floats) -> Floats:
            margin = log_odds(given, rare) - cut
            values = np.zeros((len(given), 2), np.float32)
            # at the cut itself the decision is the frequent class, whichever column argmax takes first
            values[:, rare] = np.where(margin == 0, -1e-30, margin)
            return values

        return decided


def log_odds(scores: Floats, rare: int) -> Doubles:
    """Return log-odds (n,) of a class from log-probabilities (n, 2), which differ even where p is 1 in float32."""
    two = scores.astype(np.float64)
    odds: Doubles = np.clip(two[:, rare] - two[:, 1 - rare], -FARTHEST, FARTHEST)
    return odds


def f1(hits: Doubles, named: Doubles, rare: float, _: float) -> Doubles:
    """Return F1 of the rare class for each cut."""
    return 2 * hits / (named + rare)


def saving(cost: float) -> Value:
    """Return a function for minus the cost, where a miss costs `cost` and a false alarm 1."""
    return lambda hits, named, rare, _: -(cost * (rare - hits) + named - hits)


def balanced_accuracy(hits: Doubles, named: Doubles, rare: float, rows: float) -> Doubles:
    """Return the mean of both classes' recalls for each cut."""
    return (hits / rare + 1 - (named - hits) / max(rows - rare, 1)) / 2


VALUES: dict[str, Callable[[float], Value]] = {
    "f1": lambda _: f1,
    "cost": saving,
    "balanced-accuracy": lambda _: balanced_accuracy,
}


def best_cut(odds: Doubles, positive: np.ndarray[Any, np.dtype[np.bool_]], value: Value = f1) -> float:
    """Return the cut of greatest value of `odds > cut`: above all scores, halfway between two, or below all."""
    order = np.argsort(-odds, kind="stable")
    values, hits = odds[order], np.cumsum(positive[order])
    last = np.flatnonzero(np.append(values[1:] != values[:-1], True))  # last row of each group of equal scores
    reached = np.concatenate([[0.0], hits[last]])
    worth = value(reached, np.concatenate([[0.0], last + 1.0]), float(positive.sum()), float(len(odds)))
    best = int(np.argmax(worth))
    if best == 0:
        return float(values[0]) + 1
    lowest = values[last[best - 1]]
    below = values[values < lowest]
    if not len(below):
        return float(lowest) - 1
    middle = (lowest + below[0]) / 2
    return float(middle if middle < lowest else below[0])
