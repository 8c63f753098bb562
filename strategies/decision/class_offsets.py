"""Class offsets: one number per class is added to the scores, found by coordinate ascent on validation rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np

from longtail.strategies.base import Scores, Strategy
from longtail.strategies.rules import among, whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile


@final
@dataclass(frozen=True)
class ClassOffsets(Strategy):
    """Add an offset to each class's log-probability, chosen class by class for the best macro F1 on validation rows.

    Lachiche and Flach 2003, ICML, whose class weights are the exponentials of these offsets. The most frequent class
    keeps 0. The others follow by descending frequency: each is set to the best of all values that change a decision on
    validation rows, given the other offsets. This is repeated `rounds` times or until nothing improves. With many
    classes and few validation rows per class it may overfit. `metric` balanced-accuracy instead of f1 approximates the
    prior correction.
    """

    name: ClassVar[str] = "class-offsets"
    paper: ClassVar[str] = "Lachiche and Flach 2003, ICML"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"rounds": (1, 3)}
    metric: Literal["f1", "balanced-accuracy"] = "f1"  # NOTE[DIFF] the paper maximises accuracy, or minus the cost
    rounds: int = 3

    def __post_init__(self) -> None:
        among("metric", self.metric, ("f1", "balanced-accuracy"))
        whole("rounds", self.rounds)

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        if not len(y):
            return None
        order = np.argsort(-natural.counts, kind="stable")[1:]
        offsets = np.zeros(scores.shape[1])
        best = worth(scores.argmax(1), y, scores.shape[1], self.metric)
        for _ in range(self.rounds):
            before = best
            for c in order:
                found, offset = best_offset(scores + offsets, y, int(c), self.metric)
                if found > best + 1e-12:
                    best, offsets[c] = found, offsets[c] + offset
            if best <= before:
                break
        added = offsets.astype(np.float32)
        return lambda given: given + added


def best_offset(values: Doubles, y: Ints, c: int, metric: str) -> tuple[float, float]:
    """Return the best value of the metric over all offsets of class c, and the smallest offset that gives it."""
    rival = np.where(np.arange(values.shape[1]) == c, -np.inf, values).argmax(1)
    margin = values[np.arange(len(y)), rival] - values[:, c]  # above this offset the row is decided as c
    order = np.argsort(margin, kind="stable")
    edges = margin[order]
    apart = np.flatnonzero(np.diff(edges, prepend=-np.inf, append=np.inf))  # possible numbers of rows that move to c
    found = gained(rival[order], y[order], c, values.shape[1], metric)[apart]
    low = np.concatenate([[edges[0] - 1], edges])[apart]
    high = np.concatenate([edges, [edges[-1] + 1]])[apart]
    offset = np.clip(0.0, low, high)
    offset = np.where((offset == low) | (offset == high), (low + high) / 2, offset)
    tied = np.flatnonzero(found >= found.max() - 1e-12)
    chosen = tied[np.abs(offset[tied]).argmin()]
    return float(found[chosen]), float(offset[chosen])


def gained(rival: Ints, y: Ints, c: int, classes: int, metric: str) -> Doubles:
    """Return the metric, (n + 1,), where the first 0 to n rows are decided as c and the others as their rivals."""
    every = np.arange(classes)
    taken = (rival[:, None] == every).astype(np.float64)
    first = np.zeros((1, classes))
    named = taken.sum(0) - np.vstack([first, taken.cumsum(0)])
    right = taken * (rival == y)[:, None]
    hits = right.sum(0) - np.vstack([first, right.cumsum(0)])
    named[:, c] = np.arange(len(y) + 1)
    hits[:, c] = np.concatenate([[0], np.cumsum(y == c)])
    return by_counts(hits, named, np.bincount(y, minlength=classes), metric)


def worth(decision: Ints, y: Ints, classes: int, metric: str) -> float:
    """Return the metric of decisions (n,)."""
    hits = np.bincount(y[decision == y], minlength=classes)
    named = np.bincount(decision, minlength=classes)
    return float(by_counts(hits[None], named[None], np.bincount(y, minlength=classes), metric)[0])


def by_counts(hits: Any, named: Any, size: Ints, metric: str) -> Doubles:
    """Return the mean F1 or recall of the classes that have rows, (m,), from hits and rows named (m, K)."""
    there = size > 0
    each = 2 * hits / np.maximum(named + size, 1) if metric == "f1" else hits / np.maximum(size, 1)
    return np.asarray(each[:, there].mean(1), np.float64)
