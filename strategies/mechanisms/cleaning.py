"""Rules that all cleaning shares: the classes that may lose rows, and that no class loses all its rows.

Cleaning has no goal: it removes the rows that its rule names. By default only frequent classes lose rows, which have
more than `above` times the rows of the largest class and more than the smallest: little would be left of a rare class.
Distances are Euclidean over numbers and one-hot categories: two different codes are the square root of 2 apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from longtail.strategies.rules import among, fraction
from longtail.strategies.table import Ints, Profile, Table
from longtail.strategies.targets import frequent, why_not_cleaned

CLASSES = ("frequent", "all")


def check(classes: Any, above: Any) -> None:
    """Check the two parameters that every cleaning has.

    Raises ValueError where `classes` is not a choice or `above` is not in [0, 1).
    """
    among("classes", classes, CLASSES)
    fraction("above", above)


def why_not(profile: Profile, classes: str, above: float) -> str | None:
    """Say in a sentence why nothing could be cleaned, or return None."""
    return None if classes == "all" else why_not_cleaned(profile.counts, above)


def cleaned_classes(counts: Ints, classes: str, above: float) -> list[int]:
    """Return the classes that may lose rows."""
    return [int(c) for c in np.flatnonzero(counts)] if classes == "all" else frequent(counts, above)


def kept(table: Table, rows: Ints) -> Table:
    """Return the rows at these positions; a class that would lose all its rows keeps them all."""
    lost = (table.counts > 0) & (np.bincount(table.y[rows], minlength=table.classes) == 0)
    return table.take(np.concatenate([rows, np.flatnonzero(lost[table.y])]))


def selected(table: Table, sampler: Any) -> Table:
    """Return the rows that imbalanced-learn's sampler selects by their distances."""
    sampler.fit_resample(table.one_hot(), table.y)
    return kept(table, np.asarray(sampler.sample_indices_, np.int64))
