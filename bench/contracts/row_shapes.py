"""Rows of many shapes on which promises are checked: few rows, with every readable field and a weak class signal."""

from __future__ import annotations

import dataclasses

import numpy as np

from longtail.strategies.table import Table

MIXED = (0, 4, 0, 6)
"""cardinalities of two numeric and two categorical columns"""
SHAPES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "two classes": ((220, 20), MIXED),
    "many classes": ((120, 60, 30, 15, 8, 5), MIXED),
    "classes of one size": ((60, 60, 60), MIXED),
    "a class with one row": ((150, 40, 1), MIXED),
    "a class absent from training": ((150, 0, 40, 9), MIXED),
    "categories only": ((200, 60, 15), (4, 6)),
    "numbers only": ((200, 60, 15), (0, 0, 0)),
    "constant columns": ((200, 60, 15), (1, 0, 0, 5)),
    "steep": ((900, 400, 350, 20), (0,) * 6 + (4, 6, 4, 6)),
}
"""rows per class (K,) and cardinalities (d,), 0 for a number; "steep" is for parameters that matter only with very
different frequencies or with many columns"""
EVERYWHERE = tuple(shape for shape in SHAPES if shape != "steep")
"""shapes on which every strategy must score rows or say why it can't"""


def rows_of(shape: str) -> tuple[Table, Table]:
    """Return training rows, and validation rows with 30 of every class."""
    counts, cardinalities = SHAPES[shape]
    return table_of(counts, cardinalities, 1), table_of((30,) * len(counts), cardinalities, 2)


def table_of(counts: tuple[int, ...], cardinalities: tuple[int, ...], seed: int) -> Table:
    """Draw `counts` (K,) rows per class with every readable field; the same seed gives the same rows."""
    rng = np.random.default_rng(seed)
    table = _bare(counts, cardinalities, rng)
    more = _bare(tuple(max(count, 5) for count in counts), cardinalities, rng)
    unlabelled = dataclasses.replace(more, y=np.zeros(len(more), np.int64))
    return dataclasses.replace(table, unlabelled=unlabelled, oracle=more.y, source=more)


def _bare(counts: tuple[int, ...], cardinalities: tuple[int, ...], rng: np.random.Generator) -> Table:
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.int64)
    columns = [
        np.where(rng.random(len(y)) < 0.4, y % codes, rng.integers(codes, size=len(y)))
        if codes
        else rng.normal(0.7 * ((y + column) % 3), 1)
        for column, codes in enumerate(cardinalities)
    ]
    x = np.stack(columns, axis=1).astype(np.float32)
    if 1 in cardinalities:
        x[:, cardinalities.index(0)] = 2.5
    weight = rng.uniform(0.5, 1.5, len(y)).astype(np.float32)
    propensity = (rng.uniform(0.02, 1, len(y)) ** 2).astype(np.float32)
    group = rng.integers(20, size=len(y))
    examination = rng.uniform(0.05, 1, len(y)).astype(np.float32)
    return Table(x, y, len(counts), cardinalities, weight, propensity, group, examination)
