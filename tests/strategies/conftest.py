"""Tables for tests of strategies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from longtail.strategies.table import Table

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
