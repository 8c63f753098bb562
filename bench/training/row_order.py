"""Order of rows that does not depend on their order in a file: rows are sorted by a hash of what they hold.

Much depends on the order of training rows: neighbours at equal distance, folds, batches, the rows that a draw picks. In
a file that is sorted by class, each of these would favour one class. So splits and draws take rows in the order of
their content, and training rows are put into an order drawn from the seed. Rows that differ then give the same result
wherever they stand in the file; equal rows can be exchanged.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from longtail.strategies.table import Ints

Keys = NDArray[np.uint64]

FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""odd number by which keys are multiplied before the next one is added"""


class ContentOrder(NamedTuple):
    """Positions of rows by content (n,), and their groups numbered by content, (n,) in the order of the file."""

    rows: Ints
    groups: Ints | None


def by_content(X: pd.DataFrame, y: Ints, groups: Ints | None = None, *known: NDArray[Any] | None) -> ContentOrder:
    """Sort rows by a hash of features and label; equal ones by their group and by what else is `known`, (n,) each.

    The codes of groups may depend on the order of the file, so groups are numbered from 0 by the rows that they have.
    """
    parts = [row_keys(X, y), *(_values_keys(pd.Series(part)) for part in known if part is not None)]
    numbers = None if groups is None else _numbered(groups, parts)
    given = parts if numbers is None else [parts[0], numbers, *parts[1:]]
    return ContentOrder(np.lexsort(given[::-1]), numbers)


def row_keys(X: pd.DataFrame, y: Ints) -> Keys:
    """Return a number per row (n,) that rows of equal features and label share, in every process."""
    keys = _values_keys(pd.Series(y))
    for column in range(X.shape[1]):
        keys = keys * FACTOR + _values_keys(X.iloc[:, column])
    return keys


def _values_keys(values: pd.Series) -> Keys:
    """Return a number per value (n,); missing values have 0, and equal numbers of two types have the same."""
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return _coded_keys(values.cat.codes.to_numpy(), kind.categories)
    if isinstance(kind, pd.StringDtype):
        return _coded_keys(*pd.factorize(values))
    if types.is_object_dtype(kind):
        # pandas hashes neither lists nor halves of surrogate pairs, which are in files that were cut
        given: Any = np.array([repr(value) for value in values], dtype=object)
    elif types.is_numeric_dtype(kind) and not types.is_complex_dtype(kind):
        given = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0 becomes 0
    else:
        given = values.array
    keys: Keys = np.array(pd.util.hash_array(given, categorize=False), np.uint64)
    keys[values.isna().to_numpy()] = 0
    return keys


def _coded_keys(codes: NDArray[Any], kinds: pd.Index) -> Keys:
    """Return a number per code (n,), -1 for missing, by its kind."""
    texts = isinstance(kinds.dtype, pd.StringDtype)
    keys: Keys = np.append(_values_keys(pd.Series(kinds, dtype=object if texts else None)), np.uint64(0))
    return np.asarray(keys[codes], np.uint64)


def _numbered(groups: Ints, parts: list[Keys]) -> Ints:
    """Number groups (n,) from 0 by the sums of their rows' keys, the first part first."""
    _, code = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(parts), int(code.max(initial=-1)) + 1), np.uint64)
    for total, keys in zip(sums, parts, strict=True):
        np.add.at(total, code, keys)
    rank = np.empty(sums.shape[1], np.int64)
    rank[np.lexsort(sums[::-1])] = np.arange(sums.shape[1])
    return rank[code]
