"""Rows with the same features: if their classes differ, no classifier gets all of them right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.bench.profile.codes import coded


@dataclass(frozen=True)
class Duplicates:
    """Counts of rows that have the same features."""

    rows: int
    repeated: int
    """rows whose features occur more than once"""
    across: int
    """of the repeated rows, those whose features occur with more than one class"""
    sets: int
    """number of different sets of features that occur with more than one class"""
    bound: float
    """the best accuracy that any classifier over these features can reach on these rows: it is right on the most
    frequent class of each set. On new rows the best is lower, because a row that is unique here counts as right"""
    left_out: tuple[str, ...]
    """columns that were not compared: categories with a different value in every row, such as ids"""


def duplicates_of(X: pd.DataFrame, y: NDArray[np.int64]) -> Duplicates:
    """Compare rows by a 64-bit hash of their features; missing values count as equal."""
    left_out = tuple(str(name) for name in X.columns if _names_rows(X[name]))
    features = X.drop(columns=list(left_out))
    if features.shape[1]:
        key = pd.util.hash_pandas_object(_plain(features), index=False).to_numpy()
    else:
        key = np.zeros(len(y), np.uint64)
    _, row = np.unique(key, return_inverse=True)
    classes = int(y.max()) + 1
    size = np.bincount(row)
    pairs, counts = np.unique(row.astype(np.int64) * classes + y, return_counts=True)
    owner = pairs // classes
    largest = np.zeros(len(size), np.int64)
    np.maximum.at(largest, owner, counts)
    mixed = np.bincount(owner, minlength=len(size)) > 1
    return Duplicates(
        rows=len(y),
        repeated=int(size[size > 1].sum()),
        across=int(size[mixed].sum()),
        sets=int(mixed.sum()),
        bound=float(largest.sum() / len(y)),
        left_out=left_out,
    )


def _names_rows(values: pd.Series) -> bool:
    column = coded(values)
    known = int((column.code >= 0).sum())
    return column.number is None and known > 1 and column.values == known and known > len(values) / 2


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns as codes, because hashing texts row by row takes longest."""
    return pd.DataFrame({name: coded(frame[name]).code for name in frame.columns})
