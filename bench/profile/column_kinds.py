"""The kind and missing values of each column, and the columns that identify items or users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from longtail.bench.profile.codes import Coded, coded
from longtail.bench.profile.concentration import Concentration, concentration_of
from longtail.bench.profile.drift import cramer

Kind = Literal["number", "boolean", "date", "category"]
MANY = 50
"""number of different values from which a category is analysed like items or users"""
SHOWN = 8
"""largest number of columns that are analysed like items or users"""


@dataclass(frozen=True)
class Feature:
    """A column of the frame."""

    name: str
    kind: Kind
    values: int
    """number of different values"""
    missing: float
    """share of the rows"""
    tied: float
    """Cramér's V between being missing and the class; 0 if it may be chance"""


def features_of(X: pd.DataFrame, y: NDArray[np.int64]) -> tuple[Feature, ...]:
    """Return every column, in the order of the frame."""
    return tuple(_feature(str(name), X[name], y) for name in X.columns)


def identifiers(X: pd.DataFrame, groups: NDArray[np.int64] | None) -> tuple[Concentration, ...]:
    """Return the concentration of rows on groups and on categories with at least 50 values, most values first.

    A category with a different value in every row identifies rows and is left out.
    """
    found = [] if groups is None else [concentration_of("(the groups: users or sessions)", np.bincount(groups))]
    columns = {str(name): coded(X[name]) for name in X.columns if _kind(X[name]) == "category"}
    many = {name: column for name, column in columns.items() if _is_counted(column)}
    for name, column in sorted(many.items(), key=lambda pair: -pair[1].values)[:SHOWN]:
        found.append(concentration_of(name, np.bincount(column.code[column.code >= 0])))
    if groups is not None:
        # a user id may also be a column: a column with the same curve as the groups is the same thing
        found[1:] = [each for each in found[1:] if each.curve != found[0].curve]
    return tuple(found)


def _is_counted(column: Coded) -> bool:
    known = int((column.code >= 0).sum())
    return column.values >= MANY and column.values < known


def _feature(name: str, values: pd.Series, y: NDArray[np.int64]) -> Feature:
    gaps = values.isna().to_numpy()
    tied = 0.0
    if 0 < gaps.sum() < len(gaps):
        table = np.zeros((2, int(y.max()) + 1))
        np.add.at(table, (gaps.astype(int), y), 1)
        v, _, _, p = cramer(table)
        tied = v if p < 0.01 else 0.0
    return Feature(name, _kind(values), coded(values).values, float(gaps.mean()), tied)


def _kind(values: pd.Series) -> Kind:
    if types.is_bool_dtype(values.dtype):
        return "boolean"
    if types.is_datetime64_any_dtype(values.dtype):
        return "date"
    if types.is_numeric_dtype(values.dtype) or types.is_timedelta64_dtype(values.dtype):
        return "number"
    return "category"
