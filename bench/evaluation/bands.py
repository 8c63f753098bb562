"""Head, medium and tail: bands of classes by training frequency, and counts of classes by size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.bench.errors import ConfigurationError

BANDS = ("head", "medium", "tail")


@dataclass(frozen=True)
class Cuts:
    """Shares of the rows at which the bands end.

    With classes sorted from the most to the least frequent, head is the shortest prefix that holds at least `head` of
    the rows. Tail is the longest suffix that holds at most `tail` of them, and at least one class. Medium is the rest
    and may be empty. Raises ConfigurationError where a share is not between 0 and 1.
    """

    head: float = 0.5
    tail: float = 0.2

    def __post_init__(self) -> None:
        for name, share in (("head", self.head), ("tail", self.tail)):
            if not 0 < share < 1:
                raise ConfigurationError(
                    f"the cut of the band {name} must be a share of the rows between 0 and 1, not {share}"
                )


def ranks(frequency: ArrayLike) -> NDArray[np.int64]:
    """Return the rank of each class (K,), 1 for the most frequent; among equals the lower index comes first."""
    order = np.argsort(-np.asarray(frequency, np.float64), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def bands(frequency: ArrayLike, cuts: Cuts) -> tuple[str, ...]:
    """Return the band of each class (K,), from counts or priors (K,).

    If head and tail would overlap (two classes, the larger below the cut), head becomes shorter: the rarest class is
    always in the tail.
    """
    given = np.asarray(frequency, np.float64)
    order = np.argsort(-given, kind="stable")
    share = given[order] / given.sum()
    classes = len(share)
    head = int(np.searchsorted(np.cumsum(share), cuts.head - 1e-12)) + 1
    tail = max(1, int(np.searchsorted(np.cumsum(share[::-1]), cuts.tail + 1e-12, side="right")))
    head = min(head, classes - 1)
    tail = min(tail, classes - head)
    sorted_bands = ["head"] * head + ["medium"] * (classes - head - tail) + ["tail"] * tail
    found = [""] * classes
    for place, index in enumerate(order):
        found[int(index)] = sorted_bands[place]
    return tuple(found)


def size_counts(counts: ArrayLike) -> dict[str, int]:
    """Count the classes with over 100, 20 to 100 and under 20 training rows (many, medium, few of Liu et al. 2019)."""
    rows = np.asarray(counts)
    many, few = int((rows > 100).sum()), int((rows < 20).sum())
    return {"classes_over_100": many, "classes_20_to_100": len(rows) - many - few, "classes_under_20": few}
