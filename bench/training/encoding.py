"""Turns a frame into one table, fitted on training rows only.

- Numbers: missing ones become the training median and, if training rows lack some, a column says so; then
  (v - median) / spread, where spread is the interquartile range over 1.349 (that of a normal is 1), else the standard
  deviation, else 1; then z / sqrt(1 + (z/5)^2), which leaves usual values as they are and bounds heavy tails by 5
  (Holzmüller et al. 2024, NeurIPS, section 3, who bound by 3).
- Booleans: 0 and 1. Dates: seconds, and sine and cosine of the hour of day and the day of week.
- Running text is TF-IDF reduced by a truncated SVD (`text.py`, which says what counts as text).
- Everything else is a category. A value of two training rows or more has a code of its own, the more frequent the
  lower, at most 1,023 of them; "missing" is such a value. Code 0 is all else, unseen values too: as rare training
  values have it, learners have met it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from longtail.bench.errors import ConfigurationError
from longtail.bench.training.text import TextColumn, is_text
from longtail.strategies.table import Floats, Ints, Table

OWN_CODES = 1023
BOUND = 5.0
MISSING = "\0missing"


class EncodedColumn(Protocol):
    """One column of a frame, as it was in training rows."""

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Of the columns that it becomes, 0 for a number."""

    def encode(self, values: pd.Series) -> Floats:
        """The columns that it becomes, (n, columns)."""


@dataclass(frozen=True)
class NumberColumn:
    """A number, scaled robustly, and whether it is missing."""

    median: float
    spread: float
    gaps: bool

    @classmethod
    def of(cls, values: pd.Series) -> NumberColumn:
        known = numbers(values)
        gaps = bool(np.isnan(known).any())
        known = known[~np.isnan(known)]
        if not len(known):
            return cls(0.0, 1.0, gaps)
        low, median, high = np.quantile(known, [0.25, 0.5, 0.75])
        return cls(float(median), float((high - low) / 1.349 or known.std() or 1.0), gaps)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (0, 0) if self.gaps else (0,)

    def encode(self, values: pd.Series) -> Floats:
        given = numbers(values)
        lacks = np.isnan(given)
        z = (np.where(lacks, self.median, given) - self.median) / self.spread
        z = z / np.sqrt(1 + (z / BOUND) ** 2)
        return np.stack([z, lacks] if self.gaps else [z], axis=1).astype(np.float32)


@dataclass(frozen=True)
class BooleanColumn:
    """A boolean; what is missing counts as a half."""

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (0,)

    def encode(self, values: pd.Series) -> Floats:
        return np.nan_to_num(numbers(values), nan=0.5)[:, None].astype(np.float32)


@dataclass(frozen=True)
class DateColumn:
    """A point in time as seconds, hour of day and day of week."""

    seconds: NumberColumn

    @classmethod
    def of(cls, values: pd.Series) -> DateColumn:
        return cls(NumberColumn.of(_seconds(values)))

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (*self.seconds.cardinalities, 0, 0, 0, 0)

    def encode(self, values: pd.Series) -> Floats:
        seconds = _seconds(values)
        day = np.nan_to_num(seconds.to_numpy()) / 86_400
        turns = np.stack([day, day / 7], axis=1) * 2 * np.pi
        parts = [self.seconds.encode(seconds), np.sin(turns), np.cos(turns)]
        return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class CategoryColumn:
    """A category: `values` have the codes from 1 on, everything else 0."""

    values: pd.Index

    @classmethod
    def of(cls, values: pd.Series) -> CategoryColumn:
        seen = _named(values).value_counts(sort=False)
        seen = seen[seen > 1]
        order = np.lexsort([seen.index.astype(str).to_numpy(dtype=str), -seen.to_numpy()])
        return cls(pd.Index(seen.index.to_numpy()[order[:OWN_CODES]], dtype=object))

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (len(self.values) + 1,)

    def encode(self, values: pd.Series) -> Floats:
        return (self.values.get_indexer(pd.Index(_named(values))) + 1)[:, None].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Encoder:
    """The columns of a training frame, by name, in order."""

    columns: dict[str, EncodedColumn]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Encoder:
        """Learn from training rows."""
        if not len(frame.columns):
            raise ConfigurationError("a frame without columns can't be learned from")
        return cls({name: column_of(name, frame[name]) for name in frame.columns})

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return tuple(codes for column in self.columns.values() for codes in column.cardinalities)

    def table(
        self,
        frame: pd.DataFrame,
        y: Ints,
        classes: int,
        groups: Ints | None = None,
        propensity: Floats | None = None,
        examination: Floats | None = None,
    ) -> Table:
        """Encode rows; columns are found by name."""
        if lacking := [str(name) for name in self.columns if name not in frame.columns]:
            raise ConfigurationError(f"the frame lacks the column {', '.join(lacking)} that training rows had")
        x = np.concatenate([column.encode(frame[name]) for name, column in self.columns.items()], axis=1)
        ones = np.ones(len(frame), np.float32)
        shown, seen = (None if part is None else np.asarray(part, np.float32) for part in (propensity, examination))
        return Table(x, np.asarray(y, np.int64), classes, self.cardinalities, ones, shown, groups, seen)


def column_of(name: str, values: pd.Series) -> EncodedColumn:
    """Learn what kind of column it is, and its values."""
    if types.is_bool_dtype(values.dtype):
        return BooleanColumn()
    if types.is_complex_dtype(values.dtype):
        raise ConfigurationError(f"column {name} holds complex numbers: Complex data not supported")
    if types.is_datetime64_any_dtype(values.dtype):
        return DateColumn.of(values)
    if types.is_numeric_dtype(values.dtype) or types.is_timedelta64_dtype(values.dtype):
        return NumberColumn.of(values)
    known = values.dropna()
    if len(known) and not types.is_hashable(known.iloc[0]):
        kind = type(known.iloc[0]).__name__
        raise ConfigurationError(
            f"column {name} holds values that are no categories: a {kind} can't be compared by hash"
        )
    return TextColumn.of(values) if is_text(values) else CategoryColumn.of(values)


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """As floats; NaN where missing or infinite."""
    if types.is_timedelta64_dtype(values.dtype):
        values = values.dt.total_seconds()
    given = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(given), given, np.nan)


def _seconds(values: pd.Series) -> pd.Series:
    if getattr(values.dt, "tz", None) is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    seconds: pd.Series = (values - pd.Timestamp(0)).dt.total_seconds()
    return seconds


def _named(values: pd.Series) -> pd.Series:
    """Plain objects, with a name for what is missing."""
    plain = values.astype(object)
    return plain.where(plain.notna(), MISSING)
