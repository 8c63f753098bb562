"""Goals of resampling: the number of rows that each class should have.

`target` is the least share of the largest class that every class has afterwards, for over- and under-sampling alike and
as in imbalanced-learn. The default of a tenth is sensible for 2 and for 50 classes. Other rules fail: raising all
classes to the largest multiplies the rows (by up to 50 with 50 classes), raising them to the median does nothing under
Zipf's law, and lowering them to a smallest class of 2 rows destroys the data.
"""

from __future__ import annotations

import numpy as np

from longtail.strategies.table import Ints

TARGET = 0.1


def raised(counts: Ints, target: float = TARGET, least: int = 1) -> dict[int, int]:
    """Return goals of the classes that have at least `least` rows and fewer than `target` times the largest class."""
    goal = round(target * int(counts.max()))
    return {int(c): goal for c in np.flatnonzero((counts >= least) & (counts < goal))}


def lowered(counts: Ints, target: float = TARGET, floor: int = 1) -> dict[int, int]:
    """Return goals of the classes that have more rows than `cap`."""
    goal = cap(counts, target, floor)
    return {int(c): goal for c in np.flatnonzero(counts > goal)}


def cap(counts: Ints, target: float, floor: int) -> int:
    """Return the size of the smallest class over `target`; a class of fewer than `floor` rows counts as `floor`."""
    return round(max(int(counts[counts > 0].min()), floor) / target)


def levelled(counts: Ints, total: int) -> Ints:
    """Return rows to keep of each class (K,), at most `total` in all: the largest classes are cut to one size."""
    low, high = 0, int(counts.max())
    while low < high:
        height = (low + high + 1) // 2
        low, high = (height, high) if np.minimum(counts, height).sum() <= total else (low, height - 1)
    return np.minimum(counts, low)


def part_of(y: Ints, kept: Ints, rng: np.random.Generator) -> Ints:
    """Draw `kept` (K,) rows of each class without replacement, and return their positions in order."""
    mixed = rng.permutation(len(y))
    return np.sort(np.concatenate([mixed[y[mixed] == c][:n] for c, n in enumerate(kept)]))


def frequent(counts: Ints, above: float = TARGET) -> list[int]:
    """Return the classes that cleaning may take rows from.

    They have more than `above` times the rows of the largest class, and more rows than the smallest.
    """
    least = max(above * int(counts.max()), int(counts[counts > 0].min()))
    return [int(c) for c in np.flatnonzero(counts > least)]


def why_not_raised(counts: Ints, target: float, least: int = 1) -> str | None:
    """Say in a sentence why over-sampling would change nothing, or return None."""
    if raised(counts, target, least):
        return None
    few = f" and has {least} rows or more" if least > 1 else ""
    return f"no class is smaller than {target:g} of the largest{few}, so nothing would be added"


def why_not_lowered(counts: Ints, target: float, floor: int = 1) -> str | None:
    """Say in a sentence why under-sampling would change nothing, or return None."""
    if lowered(counts, target, floor):
        return None
    return f"no class has more than its goal of {cap(counts, target, floor)} rows, so nothing would be removed"


def why_not_cleaned(counts: Ints, above: float = TARGET) -> str | None:
    """Say in a sentence why cleaning could remove nothing, or return None."""
    if frequent(counts, above):
        return None
    return "no class is larger than the smallest class, whose rows are never removed"
