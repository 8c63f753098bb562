"""How over-sampling that interpolates meets categories, and classes with few rows or hopeless ones.

Distances and lines are those of numbers beside one-hot categories: two codes that differ are the square root of 2
apart. Of a new row each category is the one with the largest value, so between two rows that of the nearer: no code is
invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from longtail.strategies.table import Ints, Table

Sampler = Callable[[dict[int, int], int], Any]
"""goals by class and a number of neighbours -> imbalanced-learn's sampler"""


def by_neighbours(goals: dict[int, int], counts: Ints, k: int) -> list[tuple[int, dict[int, int]]]:
    """Goals by how many neighbours their classes look at: `k`, or where a class has fewer other rows, all of these."""
    near = {c: min(k, int(counts[c]) - 1) for c in goals}
    return [(least, {c: goals[c] for c in goals if near[c] == least}) for least in sorted(set(near.values()))]


def grown(
    table: Table,
    goals: dict[int, int],
    k: int,
    sampler: Sampler,
    hopeless: tuple[str, ...] = (),
    one_hot: bool = True,
) -> Table:
    """The rows and the new ones that the library's sampler makes.

    A class for which it raises an error with one of the texts in `hopeless` stays as it is. A library that does so
    stops at the first such class: then classes are handed to it one by one. Without `one_hot` the library meets codes.
    """
    rows, result = table.one_hot() if one_hot else table.x, table
    groups = by_neighbours(goals, table.counts, k)
    if hopeless:
        groups = [(near, {c: goal}) for near, wanted in groups for c, goal in wanted.items()]
    for near, wanted in groups:
        try:
            x, y = sampler(wanted, near).fit_resample(rows, table.y)
        except (RuntimeError, ValueError) as error:
            if any(text in str(error) for text in hopeless):
                continue
            raise
        made = table.from_one_hot(x[len(table) :]) if one_hot else x[len(table) :]
        result = result.plus(table.drawn(made, y[len(table) :]))
    return result
