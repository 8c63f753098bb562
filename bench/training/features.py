"""Features for scikit-learn's classifiers, made from tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.dummy import DummyClassifier

from longtail.strategies.base import Model
from longtail.strategies.models import Wrapped
from longtail.strategies.table import Floats, Table

DENSE_WIDTH = 128
"""number of columns up to which dense indicators are quicker than sparse ones"""


def indicators(table: Table) -> Any:
    """Return numbers unchanged and categories one-hot, (n, sum of widths): dense if narrow, else sparse (CSR)."""
    if sum(codes or 1 for codes in table.cardinalities) <= DENSE_WIDTH:
        return table.one_hot()
    widths = np.array([codes or 1 for codes in table.cardinalities])
    first = np.cumsum(widths) - widths
    mask = table.categorical
    column = np.where(mask, first + np.where(mask, table.x, 0).astype(np.int64), first)
    value = np.where(mask, np.float64(1), table.x)
    starts = np.arange(len(table) + 1) * len(widths)
    return sparse.csr_array((value.ravel(), column.ravel(), starts), shape=(len(table), int(widths.sum())))


@dataclass(frozen=True)
class Hashed:
    """Encoding of categories in `limit` codes: frequent ones keep codes in the first half, others share the second."""

    limit: int = 255

    def __call__(self, table: Table) -> Floats:
        wide = np.flatnonzero(np.array(table.cardinalities) > self.limit)
        if not len(wide):
            return table.x
        x = table.x.copy()
        own = self.limit // 2
        for column in wide:
            code = x[:, column].astype(np.int64)
            x[:, column] = np.where(code < own, code, own + code % (self.limit - own))
        return x


def wrapped(classifier: Any, table: Table, encode: Callable[[Table], Any]) -> Model:
    """Fit a scikit-learn classifier on a table; where all rows have one class, the model is a constant."""
    if len(np.unique(table.y)) == 1:
        classifier = DummyClassifier(strategy="prior")
    classifier.fit(encode(table), table.y, sample_weight=table.weight)
    return Wrapped(classifier, table.classes, encode)
