"""Goals of resampling: the number of rows that each class should have.

`strength` says for every resampler and weight how far it goes towards balance, on the logarithmic scale: at 1 all
classes count alike, which is the full balance of the papers; at s a ratio r of two classes becomes r^(1 - s). The
default of a half turns 100 to 1 into 10 to 1 and 3 to 1 into 1.7 to 1, so it acts at any imbalance, for 2 and for 50
classes. Other rules fail as a default: full balance multiplies the rows (by up to 50 with 50 classes) or leaves two per
class, a least share of the largest class does nothing where all classes have it, and raising all classes to the median
does nothing under Zipf's law.
"""

from __future__ import annotations

import numpy as np

from longtail.strategies.table import Ints

STRENGTH = 0.5
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
"""strengths worth tuning"""
ABOVE = 0.1
"""share of the largest class above which a class is frequent, to cleaning"""


def between(counts: Ints, end: int, strength: float) -> Ints:
    """Return sizes (K,) that lie `strength` of the way from `counts` to `end` on the logarithmic scale."""
    sizes = np.maximum(counts, 1).astype(np.float64) ** (1 - strength) * float(end) ** strength
    return np.asarray(np.rint(sizes), np.int64)


def raised(counts: Ints, strength: float = STRENGTH, least: int = 1) -> dict[int, int]:
    """Return goals between a class and the largest, of the classes with `least` rows or more that would grow."""
    goals = between(counts, int(counts.max()), strength)
    return {int(c): int(goals[c]) for c in np.flatnonzero((counts >= least) & (counts < goals))}


def lowered(counts: Ints, strength: float = STRENGTH, floor: int = 1) -> dict[int, int]:
    """Return goals between a class and the smallest, or `floor` if that has fewer rows, of the classes to shrink."""
    goals = between(counts, bottom(counts, floor), strength)
    return {int(c): int(goals[c]) for c in np.flatnonzero((counts > bottom(counts, floor)) & (counts > goals))}


def bottom(counts: Ints, floor: int) -> int:
    """Return the size of the smallest class with rows; a class of fewer than `floor` rows counts as `floor`."""
    return max(int(counts[counts > 0].min()), floor)


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


def frequent(counts: Ints, above: float = ABOVE) -> list[int]:
    """Return the classes that cleaning may take rows from.

    They have more than `above` times the rows of the largest class, and more rows than the smallest.
    """
    least = max(above * int(counts.max()), int(counts[counts > 0].min()))
    return [int(c) for c in np.flatnonzero(counts > least)]


def why_not_raised(counts: Ints, strength: float, least: int = 1) -> str | None:
    """Say in a sentence why over-sampling would change nothing, or return None."""
    if raised(counts, strength, least):
        return None
    few = f" and has {least} rows or more" if least > 1 else ""
    if not ((counts >= least) & (counts < counts.max())).any():
        return f"no class is smaller than the largest{few}, so nothing would be added"
    return (
        f"at strength {strength:g} each class that is smaller than the largest{few} has a goal that rounds to its own "
        "size, so nothing would be added"
    )


def why_not_lowered(counts: Ints, strength: float, floor: int = 1) -> str | None:
    """Say in a sentence why under-sampling would change nothing, or return None."""
    if lowered(counts, strength, floor):
        return None
    least = bottom(counts, floor)
    if counts.max() <= least:
        return (
            f"no class has more than {least} rows, the size of the smallest or the floor, so nothing would be removed"
        )
    return (
        f"at strength {strength:g} each class of more than {least} rows has a goal that rounds to its own size, so "
        "nothing would be removed"
    )


def why_not_cleaned(counts: Ints, above: float = ABOVE) -> str | None:
    """Say in a sentence why cleaning could remove nothing, or return None."""
    if frequent(counts, above):
        return None
    return "no class is larger than the smallest class, whose rows are never removed"
