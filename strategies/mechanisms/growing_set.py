"""Nearest row of a set that grows row by row, as condensing needs it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from longtail.strategies.table import Doubles, Ints


class GrowingNearest(KNeighborsClassifier):  # type: ignore[misc] # scikit-learn ships no types
    """A classifier by the nearest row, as scikit-learn's with one neighbour; ties go to the earlier row.

    If it is fitted again with one more row, it compares queries only with the new row: for repeated queries it keeps
    the distance to the nearest row so far.
    """

    def __init__(self) -> None:
        super().__init__(n_neighbors=1)

    def fit(self, X: NDArray[Any], y: Ints) -> GrowingNearest:
        """Set the rows (n, d) and labels (n,); rows of an earlier fit must come first."""
        self.rows_, self.labels_ = np.asarray(X, np.float64), y
        return self

    def predict(self, X: NDArray[Any]) -> Ints:
        """Return the classes (m,) of the nearest rows."""
        if len(X) == 1:
            gaps = self.rows_ - np.asarray(X, np.float64)
            return np.asarray(self.labels_[[np.einsum("ij,ij->i", gaps, gaps).argmin()]])
        if getattr(self, "asked_", None) is not X:
            self.asked_, self.looked_at_ = X, 0
            self.queries_ = np.asarray(X, np.float64)
            self.away_: Doubles = np.full(len(X), np.inf)
            self.nearest_: Ints = np.zeros(len(X), np.int64)
        for place in range(self.looked_at_, len(self.rows_)):
            gaps = self.queries_ - self.rows_[place]
            away = np.einsum("ij,ij->i", gaps, gaps)
            nearer = away < self.away_
            self.away_[nearer], self.nearest_[nearer] = away[nearer], place
        self.looked_at_ = len(self.rows_)
        return np.asarray(self.labels_[self.nearest_])
