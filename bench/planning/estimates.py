"""Estimated duration of a cell: from earlier records of the same pair, else from a rough model for one core."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median
from typing import Any

from longtail.bench.errors import StoreError
from longtail.bench.records import Record
from longtail.bench.store import Store
from longtail.bench.training.learner import Learner
from longtail.strategies.base import Strategy

START = 0.15
"""seconds for starting the process and writing the record"""
TEST_ROWS = 20_000
"""rows to score, where the number is not known"""


def seconds_of(strategy: Strategy, learner: Learner, rows: int, classes: int, family: str) -> float:
    """Return the core-seconds of a cell by the rough model.

    Measured on one core: 13 s for neighbours at 40,000 rows (quadratic), 4 s for a generator with its default steps.
    """
    fit = learner.seconds(rows, classes)
    if "assemble" in strategy.acts:
        fit *= _field(strategy, ("members", "n_estimators", "estimators", "folds"), 10)
    if "estimator" in strategy.acts:
        fit = 6e-6 * rows * _field(strategy, ("members", "n_estimators", "estimators", "trees"), 25)
    if "resample" in strategy.acts:
        fit += 4.0 if family == "generative" else 13.0 * (rows / 40_000) ** 2
    return START + fit + 2e-6 * TEST_ROWS * math.sqrt(classes)


def seconds_seen(store: Store, cells: Iterable[str]) -> float | None:
    """Return the median seconds of the records of these cells, which differ only in the seed; None without records."""
    seen = [seconds for cell in cells for record in _readable(store, cell) if (seconds := _total(record)) is not None]
    return median(seen) if seen else None


def bytes_of(rows: int, classes: int) -> int:
    """Return the bytes of a cell's scores on disk: float32 for validation and test rows, and two decisions per row."""
    return int((TEST_ROWS + 0.2 * rows) * (4 * min(classes, 102) + 8))


def _field(part: Any, names: tuple[str, ...], otherwise: float) -> float:
    """Return the first of these fields that is a number, in a part or the parts of a chain; else `otherwise`."""
    for piece in (part, *getattr(part, "parts", ())):
        for name in names:
            if isinstance(value := getattr(piece, name, None), int | float):
                return float(value)
    return otherwise


def _readable(store: Store, cell: str) -> list[Record]:
    try:
        return store.records(cell)
    except StoreError:
        return []  # the estimate does not need them; `run` reports corrupt records


def _total(record: Record) -> float | None:
    total = record.costs.get("seconds_total")
    return float(total) if record.status == "done" and isinstance(total, int | float) else None
