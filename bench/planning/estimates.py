"""How long a cell will take: what earlier records of the same pair took, else a rough model of its work on one core."""

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
"""seconds for the process and the record"""
TEST_ROWS = 20_000
"""rows that are scored, where nothing else is known"""


def seconds_of(strategy: Strategy, learner: Learner, rows: int, classes: int, family: str) -> float:
    """Core-seconds of a cell by the rough model.

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
    """Median seconds of records of these cells, which differ in their seeds only; None where there are none."""
    seen = [seconds for cell in cells for record in _readable(store, cell) if (seconds := _total(record)) is not None]
    return median(seen) if seen else None


def bytes_of(rows: int, classes: int) -> int:
    """Size of a cell's scores on disk: float32 on validation and test rows, and two decisions a row."""
    return int((TEST_ROWS + 0.2 * rows) * (4 * min(classes, 102) + 8))


def _field(part: Any, names: tuple[str, ...], otherwise: float) -> float:
    """The first of these fields that is a number, of the part or of a part of a chain."""
    for piece in (part, *getattr(part, "parts", ())):
        for name in names:
            if isinstance(value := getattr(piece, name, None), int | float):
                return float(value)
    return otherwise


def _readable(store: Store, cell: str) -> list[Record]:
    try:
        return store.records(cell)
    except StoreError:
        return []  # an estimate can do without; `run` says what is corrupt


def _total(record: Record) -> float | None:
    total = record.costs.get("seconds_total")
    return float(total) if record.status == "done" and isinstance(total, int | float) else None
