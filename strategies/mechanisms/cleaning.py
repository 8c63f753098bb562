"""What cleaning has in common: which classes it may take rows from, and that no class loses all its rows.

Cleaning has no goal: it takes the rows that its rule names. By default that is from frequent classes only, those with
more than `above` times the rows of the largest and more than the smallest: of a rare class it would leave little.
Distances are Euclidean over numbers and one-hot categories: two codes that differ are the square root of 2 apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from longtail.strategies.rules import among, fraction
from longtail.strategies.table import Ints, Profile, Table
from longtail.strategies.targets import frequent, why_not_cleaned

CLASSES = ("frequent", "all")


def check(classes: Any, above: Any) -> None:
    """The two parameters that every cleaning has."""
    among("classes", classes, CLASSES)
    fraction("above", above)


def why_not(profile: Profile, classes: str, above: float) -> str | None:
    """Say in a sentence why nothing could be cleaned, or None."""
    return None if classes == "all" else why_not_cleaned(profile.counts, above)


def cleaned_classes(counts: Ints, classes: str, above: float) -> list[int]:
    """Classes that rows may be taken from."""
    return [int(c) for c in np.flatnonzero(counts)] if classes == "all" else frequent(counts, above)


def kept(table: Table, rows: Ints) -> Table:
    """The rows at these positions; a class of which none is left keeps all its rows."""
    lost = (table.counts > 0) & (np.bincount(table.y[rows], minlength=table.classes) == 0)
    return table.take(np.concatenate([rows, np.flatnonzero(lost[table.y])]))


def selected(table: Table, sampler: Any) -> Table:
    """The rows that imbalanced-learn's sampler selects by their distances."""
    sampler.fit_resample(table.one_hot(), table.y)
    return kept(table, np.asarray(sampler.sample_indices_, np.int64))
