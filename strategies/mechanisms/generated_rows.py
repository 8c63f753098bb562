"""Steps that all generators share: choose classes to raise and rows to learn from, and append the new rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.strategies.table import Floats, Ints, Table
from longtail.strategies.targets import levelled, part_of, raised

Drawing = Callable[[Table, Ints], Floats]
"""(rows to learn from, classes (m,) of the wanted rows) -> new rows (m, d)"""


def grown(table: Table, strength: float, least: int, rows: int, rng: np.random.Generator, draw: Drawing) -> Table:
    """Return the table with new rows of each class that has `least` rows and fewer than its goal at this strength.

    The generator learns from at most `rows` rows, cutting the largest classes first, and from no class below `least`
    rows.
    """
    counts = table.counts
    goals = raised(counts, strength, least)
    if not goals:  # a bootstrap may contain no class to raise
        return table
    learnt = table.take(part_of(table.y, levelled(np.where(counts < least, 0, counts), rows), rng))
    y = np.repeat(list(goals), [goal - counts[c] for c, goal in goals.items()]).astype(np.int64)
    return table.plus(table.drawn(draw(learnt, y), y))
