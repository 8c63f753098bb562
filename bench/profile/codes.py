"""Columns as codes that can be counted: categories by value, numbers by interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types
from sklearn.tree import DecisionTreeClassifier

from longtail.bench.training.encoding import numbers

FEW = 64
"""largest number of different numbers that are coded one by one"""
LEAVES = 64
MANY = 100
"""number of classes from which a tree would be slow"""
SMALLEST = 5
"""smallest number of rows of a leaf"""


class Coded(NamedTuple):
    """A column as codes: `code` (n,) of each value, -1 if missing; `number` (n,) of a quantity or date, else None."""

    number: NDArray[np.float64] | None
    code: NDArray[np.int64]
    values: int
    """number of different values, without missing ones"""


def coded(values: pd.Series) -> Coded:
    """Return the codes of a column; a quantity or date also has its numbers."""
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        codes = np.asarray(values.cat.codes, np.int64)
        return Coded(None, codes, len(np.unique(codes[codes >= 0])))
    if types.is_datetime64_any_dtype(kind):
        number = values.to_numpy("datetime64[s]").astype(np.float64)
        number[values.isna().to_numpy()] = np.nan
    elif types.is_numeric_dtype(kind) or types.is_timedelta64_dtype(kind):
        number = numbers(values)
    else:
        places, texts = pd.factorize(values.astype(object))
        return Coded(None, np.asarray(places, np.int64), len(texts))
    places, different = pd.factorize(number)
    return Coded(number, np.asarray(places, np.int64), len(different))


def by_quantile(column: Coded, parts: int) -> NDArray[np.int64]:
    """Return codes (n,) of a quantity's equal parts, or of its values if they are few or categories; 0 if missing."""
    if column.number is None or column.values <= parts:
        return column.code + 1
    there = ~np.isnan(column.number)
    edges = np.unique(np.quantile(column.number[there], np.linspace(0, 1, parts + 1)[1:-1]))
    return np.where(there, np.searchsorted(edges, column.number, side="right") + 1, 0)


def by_label(
    column: Coded, y: NDArray[np.int64], learn: NDArray[np.int64], held: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return codes of rows to learn from and of held-out rows, cut where the labels of the former change.

    A quantity is cut by a tree of at most 64 leaves, so that no threshold is missed; missing values have their own
    code. With many classes, for which a tree is slow, it is cut into 64 equal parts.
    """
    if column.number is None or column.values <= FEW:
        return column.code[learn] + 1, column.code[held] + 1
    if int(y.max()) >= MANY:
        parts = by_quantile(column, LEAVES)
        return parts[learn], parts[held]
    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=SMALLEST, random_state=0)
    there = learn[~np.isnan(column.number[learn])]
    if not len(there):
        return column.code[learn] + 1, column.code[held] + 1
    # the tree uses float32, in which large numbers of seconds would lose digits, so the median is subtracted
    place = (column.number - np.nanmedian(column.number)).astype(np.float32)
    tree.fit(place[there, None], y[there])
    lacks = np.isnan(place)
    leaf = np.where(lacks, 0, tree.apply(np.nan_to_num(place)[:, None].astype(np.float32)) + 1).astype(np.int64)
    return leaf[learn], leaf[held]
