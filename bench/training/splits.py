"""Splits of rows into training, validation and test rows: by time if known, else by groups if known, else by class.

- Generated data: rows from `test_from` on are the test rows.
- With time: the training window is half of the rows, the test window the next three tenths. The seed moves both windows
  over the remaining fifth. Every test row is later than every training row. The position is `seed` times the golden
  ratio modulo 1, so that a few seeds spread evenly.
- With groups: whole groups become test rows, in random order, up to three tenths of the rows.
- Otherwise: three tenths of each class; a class of one row stays in training.

Validation rows are a fifth of the training rows, split in the same way: the latest rows, whole groups, or a share of
each class.

Draws take rows of real data in the order of their content (`row_order.py`), so the order of a file has no influence on
them. Positions are those in the dataset.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.bench.seeds import seed_for
from longtail.bench.training.row_order import by_content
from longtail.datasets.base import Dataset
from longtail.strategies.table import Ints

TRAIN_WINDOW = 0.5
"""share of rows in the training window, with time"""
TEST = 0.3
"""share of rows that are test rows"""
VALIDATION = 0.2
"""share of training rows that are validation rows"""
GOLDEN = (math.sqrt(5) - 1) / 2


class Cut(NamedTuple):
    """Positions of rows, ascending: rows to learn from, and rows held out."""

    learn: Ints
    held: Ints


def evaluation_split(dataset: Dataset, seed: int) -> Cut:
    """Return positions (m,) of the training rows (validation rows included) and of the test rows of a dataset."""
    if dataset.test_from is not None:
        rows = np.arange(len(dataset))
        return Cut(rows[: dataset.test_from], rows[dataset.test_from :])
    order, groups = by_content(
        dataset.X, dataset.y, dataset.groups, dataset.time, dataset.propensity, dataset.examination
    )
    if dataset.time is not None and varies(dataset.time):
        cut = rolling(dataset.time[order], seed)
    else:
        own = None if groups is None else groups[order]
        cut = _cut_apart(dataset.y[order], own, TEST, np.random.default_rng(seed_for(seed, "split")))
    return Cut(*(np.sort(order[rows]) for rows in cut))


def validation_split(
    y: Ints, groups: Ints | None, time: NDArray[np.float64] | None, seed: int, share: float = VALIDATION
) -> Cut:
    """Split training rows into rows to learn from and a share of validation rows, positions (m,) each.

    `y`, and `groups` and `time` where they are known, are (n,).
    """
    if time is not None and varies(time):
        order = np.argsort(time, kind="stable")
        return _at_origin(time, order, len(order) - max(1, round(share * len(order))))
    return _cut_apart(y, groups, share, np.random.default_rng(seed_for(seed, "split", 1)))


def capped(y: Ints, rows: int | None, seed: int) -> Ints:
    """Draw positions (m,), ascending, of about `rows` rows of `y` (n,): a share of each class, at least one row."""
    if rows is None or len(y) <= rows:
        return np.arange(len(y))
    rng = np.random.default_rng(seed_for(seed, "split", 2))
    kept = []
    for own in _by_class(y):
        size = max(1, math.floor(rows * len(own) / len(y)))
        kept.append(rng.permutation(own)[:size])
    return np.sort(np.concatenate(kept))


def varies(time: NDArray[np.float64]) -> bool:
    """Return whether the times (n,) differ."""
    return len(time) > 1 and bool(time.min() < time.max())


def rolling(time: NDArray[np.float64], seed: int) -> Cut:
    """Return positions (m,) of a training window and the test window after it, by times (n,); the seed moves both."""
    n = len(time)
    first = math.floor(math.fmod(0.5 + seed * GOLDEN, 1) * (1 - TRAIN_WINDOW - TEST) * n)
    last = min(n, first + math.ceil((TRAIN_WINDOW + TEST) * n))
    order = np.argsort(time, kind="stable")[first:last]
    if not varies(time[order]):
        order = np.argsort(time, kind="stable")
    return _at_origin(time, order, round(TRAIN_WINDOW / (TRAIN_WINDOW + TEST) * len(order)))


def _at_origin(time: NDArray[np.float64], order: Ints, place: int) -> Cut:
    """Split ordered rows near `place`, where time changes: each row held out is later than each row to learn from."""
    at = time[order]
    origin = int(np.searchsorted(at, at[min(place, len(at) - 1)], side="left"))
    if origin == 0:
        origin = int(np.searchsorted(at, at[0], side="right"))
    return Cut(np.sort(order[:origin]), np.sort(order[origin:]))


def _cut_apart(y: Ints, groups: Ints | None, share: float, rng: np.random.Generator) -> Cut:
    held = np.zeros(len(y), bool)
    if groups is not None and len(np.unique(groups)) > 1:
        held[_whole_groups(y, groups, share, rng)] = True
    else:
        for own in _by_class(y):
            size = min(len(own) - 1, max(1, round(share * len(own))))
            held[rng.permutation(own)[:size]] = True
    return Cut(np.flatnonzero(~held), np.flatnonzero(held))


def _whole_groups(y: Ints, groups: Ints, share: float, rng: np.random.Generator) -> Ints:
    """Draw whole groups in random order up to the share; a class that would have no rows left gets a group back.

    If no group remains, the first group is taken without which every class still has rows, if there is one.
    """
    _, code, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = rng.permutation(len(sizes))
    number = int(np.searchsorted(np.cumsum(sizes[order]), share * len(y), side="right"))
    taken = np.zeros(len(sizes), bool)
    taken[order[: min(len(sizes) - 1, max(1, number))]] = True
    for c in np.unique(y):
        own = code[y == c]
        if taken[own].all():
            taken[own[0]] = False
    if not taken.any():
        classes = len(np.unique(y))
        free = (group for group in order if len(np.unique(y[code != group])) == classes)
        taken[list(islice(free, 1))] = True
    return np.flatnonzero(taken[code])


def _by_class(y: Ints) -> list[Ints]:
    return [np.flatnonzero(y == c) for c in np.unique(y)]
