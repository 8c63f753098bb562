"""What generators have in common: which classes are raised, which rows are learnt from, where new rows go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longtail.strategies.table import Floats, Ints, Table
from longtail.strategies.targets import levelled, part_of, raised

Drawing = Callable[[Table, Ints], Floats]
"""(rows to learn from, classes (m,) of the rows wanted) -> new rows (m, d)"""


def grown(table: Table, target: float, least: int, rows: int, rng: np.random.Generator, draw: Drawing) -> Table:
    """The table with new rows of each class below `target` of the largest that has `least` rows.

    Learnt from at most `rows` rows, the largest classes cut first; classes below `least` are not learnt.
    """
    counts = table.counts
    goals = raised(counts, target, least)
    if not goals:  # a member's bootstrap may have none to raise
        return table
    learnt = table.take(part_of(table.y, levelled(np.where(counts < least, 0, counts), rows), rng))
    y = np.repeat(list(goals), [goal - counts[c] for c, goal in goals.items()]).astype(np.int64)
    return table.plus(table.drawn(draw(learnt, y), y))
