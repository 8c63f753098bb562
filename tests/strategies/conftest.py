"""Tables, and scores and profiles of decisions and calibrations, for tests of strategies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.special import log_softmax

from longtail.strategies.table import Floats, Ints, Profile, Table

Make = Callable[..., Table]


def table_of(counts: Sequence[int], cardinalities: Sequence[int] = (0, 0, 4), seed: int = 0) -> Table:
    """So many rows of each class, mixed up; numbers lie around their class, codes lean to it; each row is marked.

    `weight` is the row's position plus one, `propensity` its inverse, `group` the position: so a row is recognised.
    """
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    columns = []
    for codes in cardinalities:
        number = rng.normal(y % 7, 1.0)
        columns.append(
            np.where(rng.random(len(y)) < 0.5, y % codes, rng.integers(codes, size=len(y))) if codes else number
        )
    mark = np.arange(len(y))
    x = np.stack(columns, axis=1).astype(np.float32)
    weight = (mark + 1).astype(np.float32)
    return Table(x, y.astype(np.int64), len(counts), tuple(cardinalities), weight, 1 / weight, mark)


@pytest.fixture
def make_table() -> Make:
    """`make_table(counts, cardinalities, seed)`."""
    return table_of


def profile_of(counts: Sequence[float]) -> Profile:
    """What such numbers of rows tell."""
    numbers = np.array(counts, np.float64)
    return Profile(numbers.astype(np.int64), numbers, (0,), frozenset())


def drawn(n: int, classes: int = 2, seed: int = 0) -> tuple[Floats, Ints]:
    """Log-probabilities (n, classes) that are too sure and lean to class 0, and labels that follow better ones."""
    rng = np.random.default_rng(seed)
    true = log_softmax(rng.normal(size=(n, classes)) * 1.2 - np.arange(classes), axis=1)
    y = (rng.random((n, 1)) > np.exp(true).cumsum(1)).sum(1).clip(max=classes - 1)
    given = log_softmax(1.7 * true + np.eye(classes)[0] + rng.normal(size=(n, classes)) * 0.3, axis=1)
    return given.astype(np.float32), y.astype(np.int64)


@pytest.fixture
def make_profile() -> Callable[[Sequence[float]], Profile]:
    """`make_profile((90, 10))`."""
    return profile_of


@pytest.fixture
def make_scores() -> Callable[..., tuple[Floats, Ints]]:
    """`make_scores(n, classes, seed)`."""
    return drawn
