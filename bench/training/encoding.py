"""Encoding of a frame as one table, fitted on training rows only.

- Numbers: a missing value becomes the training median; if training rows have missing values, another column marks them.
  Then z = (v - median) / spread, where spread is the interquartile range over 1.349 (1 for a standard normal), else the
  standard deviation, else 1. Then z / sqrt(1 + (z/5)^2), which hardly changes usual values and bounds heavy tails by 5
  (Holzmüller et al. 2024, NeurIPS, section 3, who bound by 3).
- Booleans: 0 and 1. Dates: seconds, and sine and cosine of the hour of day and the day of week.
- Running text: TF-IDF reduced by a truncated SVD (`text.py`, which defines what counts as text).
- Everything else is a category. A value with two training rows or more has a code of its own; more frequent values have
  lower codes, and there are at most 1,023 of them. "Missing" is such a value. All other values, unseen ones too, have
  code 0. Rare training values have it as well, so learners have seen it.
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
"""greatest number of values of a category with a code of their own"""
BOUND = 5.0
"""bound of encoded numbers"""
MISSING = "\0missing"


class EncodedColumn(Protocol):
    """Encoding of one column of a frame, learned from training rows."""

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Return the number of codes of each column that it becomes, 0 for a number."""

    def encode(self, values: pd.Series) -> Floats:
        """Return the columns that the values (n,) become, (n, columns)."""


@dataclass(frozen=True)
class NumberColumn:
    """Number, scaled robustly, and an indicator of missing values."""

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
        """Return the scaled values and, with gaps, whether each is missing, (n, 1 or 2)."""
        given = numbers(values)
        lacks = np.isnan(given)
        z = (np.where(lacks, self.median, given) - self.median) / self.spread
        z = z / np.sqrt(1 + (z / BOUND) ** 2)
        return np.stack([z, lacks] if self.gaps else [z], axis=1).astype(np.float32)


@dataclass(frozen=True)
class BooleanColumn:
    """Boolean; a missing value becomes 0.5."""

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (0,)

    def encode(self, values: pd.Series) -> Floats:
        """Return 0, 1 or, if missing, 0.5, (n, 1)."""
        return np.nan_to_num(numbers(values), nan=0.5)[:, None].astype(np.float32)


@dataclass(frozen=True)
class DateColumn:
    """Point in time as seconds, hour of day and day of week."""

    seconds: NumberColumn

    @classmethod
    def of(cls, values: pd.Series) -> DateColumn:
        return cls(NumberColumn.of(_seconds(values)))

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (*self.seconds.cardinalities, 0, 0, 0, 0)

    def encode(self, values: pd.Series) -> Floats:
        """Return seconds, and sine and cosine of the hour and of the weekday, (n, 5 or 6)."""
        seconds = _seconds(values)
        day = np.nan_to_num(seconds.to_numpy()) / 86_400
        turns = np.stack([day, day / 7], axis=1) * 2 * np.pi
        parts = [self.seconds.encode(seconds), np.sin(turns), np.cos(turns)]
        return np.concatenate(parts, axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class CategoryColumn:
    """Category: `values` have the codes from 1 on, all other values have code 0."""

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
        """Return the code of each value, (n, 1)."""
        return (self.values.get_indexer(pd.Index(_named(values))) + 1)[:, None].astype(np.float32)


@dataclass(frozen=True, eq=False)
class Encoder:
    """Encodings of the columns of a training frame, by name, in order."""

    columns: dict[str, EncodedColumn]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Encoder:
        """Learn the encodings from training rows. Raises ConfigurationError where a column can't be encoded."""
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
        """Encode rows (n, d); columns are found by name. Raises ConfigurationError where one is missing."""
        if lacking := [str(name) for name in self.columns if name not in frame.columns]:
            raise ConfigurationError(f"the frame lacks columns of the training rows: {', '.join(lacking)}")
        x = np.concatenate([column.encode(frame[name]) for name, column in self.columns.items()], axis=1)
        ones = np.ones(len(frame), np.float32)
        shown, seen = (None if part is None else np.asarray(part, np.float32) for part in (propensity, examination))
        return Table(x, np.asarray(y, np.int64), classes, self.cardinalities, ones, shown, groups, seen)


def column_of(name: str, values: pd.Series) -> EncodedColumn:
    """Learn the kind of a column, and its encoding. Raises ConfigurationError where no kind fits."""
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
            f"column {name} holds values of type {kind}, which can't be categories because they are not hashable"
        )
    return TextColumn.of(values) if is_text(values) else CategoryColumn.of(values)


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """Return values as floats (n,); missing and infinite values become NaN."""
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
    """Return values as plain objects, with `MISSING` in place of missing ones."""
    plain = values.astype(object)
    return plain.where(plain.notna(), MISSING)
