"""Interpolating over-sampling with categories, and with classes that have few rows or that the library rejects.

Distances and lines are those of numbers and one-hot categories: two different codes are the square root of 2 apart. The
category of a new row is its largest indicator, so between two rows it is that of the nearer row, and no code is
invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from longtail.strategies.table import Ints, Table

Sampler = Callable[[dict[int, int], int], Any]
"""goals by class and a number of neighbours -> imbalanced-learn's sampler"""


def by_neighbours(goals: dict[int, int], counts: Ints, k: int) -> list[tuple[int, dict[int, int]]]:
    """Return goals by the number of neighbours of their classes: `k`, or all other rows of a class with fewer."""
    near = {c: min(k, int(counts[c]) - 1) for c in goals}
    return [(least, {c: goals[c] for c in goals if near[c] == least}) for least in sorted(set(near.values()))]


def grown(
    table: Table,
    goals: dict[int, int],
    k: int,
    sampler: Sampler,
    hopeless: tuple[str, ...] = (),
    one_hot: bool = True,
    single: bool = False,
) -> Table:
    """Return the rows and the new rows that the library's sampler makes.

    If it raises an error with one of the texts in `hopeless` for a class, the class is not changed. The sampler stops
    at the first such class and makes nothing, so it then gets the classes one by one, each with another seed. With
    `single` it always does. Without `one_hot` the sampler gets codes.
    """
    rows, result = table.one_hot() if one_hot else table.x, table
    groups = by_neighbours(goals, table.counts, k)
    waiting = [one for group in groups for one in _singles(*group)] if single else groups
    while waiting:
        near, wanted = waiting.pop(0)
        try:
            x, y = sampler(wanted, near).fit_resample(rows, table.y)
        except (RuntimeError, ValueError) as error:
            if not any(text in str(error) for text in hopeless):
                raise
            if len(wanted) > 1:
                waiting = _singles(near, wanted) + waiting
            continue
        made = table.from_one_hot(x[len(table) :]) if one_hot else x[len(table) :]
        result = result.plus(table.drawn(made, y[len(table) :]))
    return result


def _singles(near: int, goals: dict[int, int]) -> list[tuple[int, dict[int, int]]]:
    return [(near, {c: goal}) for c, goal in goals.items()]
