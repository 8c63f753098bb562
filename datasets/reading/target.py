"""Class of each row of a user's table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.texts import quantities, settled_classes

MOST_NUMBERS = 1000
"""limit on the different numbers that may be classes"""
LEAST = 3
"""rows that a class must have: one each for training, validation and testing"""


@dataclass(frozen=True, eq=False)
class Target:
    """Rows with a usable class.

    `rows` (n,) are their positions, `y` (n,) indexes `classes`; `left_out` says why the other rows are left out.
    """

    rows: NDArray[np.int64]
    y: NDArray[np.int64]
    classes: tuple[str, ...]
    left_out: dict[str, str]


def column(names: Iterable[str], wanted: str, what: str, place: str) -> str:
    """Return the wanted name; raises DatasetError with the nearest names where the table has no such column."""
    known = list(names)
    if wanted in known:
        return wanted
    close = difflib.get_close_matches(wanted, known, 3, 0.5)
    meant = f", did you mean {' or '.join(map(repr, close))}?" if close else ""
    if len(known) == 1:
        raise DatasetError(
            f"{place} has one column, {known[0][:60]!r}, and no column {wanted!r} for the {what}: fields must be "
            "separated by comma, semicolon, tab or |"
        )
    shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    raise DatasetError(f"{place} has no column {wanted!r} for the {what}{meant} (it has: {shown})")


def target_of(values: pd.Series, place: str) -> Target:
    """Return the classes in numeric or alphabetic order; rows without a class, or of a too rare class, are left out.

    Raises DatasetError where fewer than two classes remain, or the values are a quantity.
    """
    values = settled_classes(values.reset_index(drop=True))
    _refuse_quantities(values, place)
    known = np.flatnonzero(values.notna().to_numpy())
    given = values.iloc[known]
    distinct = sorted(given.unique(), key=_order)
    names = list(dict.fromkeys(_name(value) for value in distinct))
    code = {name: index for index, name in enumerate(names)}
    y = given.map(lambda value: code[_name(value)]).to_numpy(np.int64)
    counts = np.bincount(y, minlength=len(names))
    left_out = {}
    if len(known) < len(values):
        left_out["rows without a class"] = f"{len(values) - len(known):,} left out"
    rare = [name for name, count in zip(names, counts, strict=True) if count < LEAST]
    if rare:
        listed = ", ".join(rare[:10]) + (f" and {len(rare) - 10} more" if len(rare) > 10 else "")
        left_out[f"classes with fewer than {LEAST} rows"] = (
            f"{int(counts[counts < LEAST].sum())} rows of {len(rare)} classes left out: {listed}"
        )
    if alike := [name for name in names if name != name.strip() and name.strip() in code]:
        left_out["classes that differ by outer spaces only"] = ", ".join(map(repr, alike[:10])) + ": kept apart"
    usable = np.flatnonzero(counts >= LEAST)
    if len(usable) < 2:
        raise _too_few(values.name, names, rare, place)
    again = np.full(len(names), -1)
    again[usable] = np.arange(len(usable))
    stays = again[y] >= 0
    return Target(known[stays], again[y[stays]], tuple(names[at] for at in usable), left_out)


def _refuse_quantities(values: pd.Series, place: str) -> None:
    numbers = quantities(values).to_numpy(np.float64)
    different = len(np.unique(numbers))
    if (numbers != np.floor(numbers)).any():
        example = numbers[numbers != np.floor(numbers)][0]
        raise DatasetError(
            f"the column {values.name!r} of {place} holds fractions such as {example:g}: it is a regression target, "
            "but longtail compares classifiers; turn it into classes first"
        )
    if different > MOST_NUMBERS:
        raise DatasetError(
            f"the column {values.name!r} of {place} holds {different:,} different numbers, more than {MOST_NUMBERS:,}: "
            "it is a regression target or an id, but longtail compares classifiers; turn it into classes first"
        )


def _too_few(name: object, names: list[str], rare: list[str], place: str) -> DatasetError:
    if len(names) - len(rare) == 1 and rare:
        usable = next(each for each in names if each not in rare)
        return DatasetError(
            f"the column {name!r} of {place} has one class with {LEAST} rows or more, {usable!r} (others: {rare[:5]}): "
            "two are needed"
        )
    if len(names) == 1:
        return DatasetError(f"the column {name!r} of {place} has one class only, {names[0]!r}: two are needed")
    return DatasetError(
        f"the column {name!r} of {place} has no class with {LEAST} rows or more: two such classes are needed"
    )


def _order(value: object) -> tuple[int, float, str]:
    number = isinstance(value, int | float | np.number | np.bool_)
    return (0, float(value), "") if number else (1, 0.0, str(value))  # type: ignore[arg-type] # a number, as tested


def _name(value: object) -> str:
    """Return the name of a class: 1.0 becomes 1, since whole numbers with gaps are read as floats."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
