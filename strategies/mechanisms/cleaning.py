"""Rules that all cleaning shares: the classes that may lose rows, and how many rows of each are left.

Cleaning has no goal: it removes the rows that its rule names. By default only frequent classes lose rows, which have
more than `above` times the rows of the largest class and more than the smallest: little would be left of a rare class.
A rule may name nearly all rows of a class that overlaps with others, or that a few rows describe. No class is cleaned
below what is left of the smallest class, as in repeated editing (Tomek 1976), nor below `LEAST` rows. Distances are
Euclidean over numbers and one-hot categories: two different codes are the square root of 2 apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from longtail.strategies.base import Resources
from longtail.strategies.rules import among, fraction
from longtail.strategies.table import Ints, Profile, Table
from longtail.strategies.targets import frequent, why_not_cleaned

CLASSES = ("frequent", "all")
LEAST = 10
"""rows that cleaning leaves of each class, or all where it has fewer: the `floor` of random-undersampling"""
AROUND = 5
"""nearest rows whose classes decide which removed rows come back first"""


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


def floors(counts: Ints, left: Ints) -> Ints:
    """Return the least number of rows to keep of each class (K,), given those before cleaning and those left by a rule.

    It is the number left of the class that was the smallest, and at least `LEAST`; a class with fewer rows keeps all.
    """
    smallest = left[counts == counts[counts > 0].min()].min()
    return np.minimum(counts, max(int(smallest), LEAST))


def kept(table: Table, rows: Ints, resources: Resources) -> Table:
    """Return the rows at these positions, and after them the removed rows of classes that would be below their floor.

    First come back the rows with the most rows of their class among their `AROUND` nearest; among equals, the first.
    """
    removed = np.setdiff1d(np.arange(len(table)), rows)
    left = table.counts - np.bincount(table.y[removed], minlength=table.classes)
    lacking = floors(table.counts, left) - left
    removed = removed[lacking[table.y[removed]] > 0]
    if not len(removed):
        return table.take(rows)
    wide = table.one_hot()
    nearest = resources.neighbors(min(AROUND + 1, len(table))).fit(wide)
    around = nearest.kneighbors(wide[removed], return_distance=False)[:, 1:]
    own = table.y[removed]
    order = np.argsort(-(table.y[around] == own[:, None]).sum(axis=1), kind="stable")
    back = [removed[order][own[order] == c][: lacking[c]] for c in np.unique(own)]
    return table.take(np.concatenate([rows, *back]))


def selected(table: Table, sampler: Any, resources: Resources) -> Table:
    """Return the rows that imbalanced-learn's sampler selects by their distances, and what `kept` adds."""
    sampler.fit_resample(table.one_hot(), table.y)
    return kept(table, np.asarray(sampler.sample_indices_, np.int64), resources)
