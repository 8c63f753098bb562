"""Neighbours for strategies: exact, faster than scikit-learn's on one core, and found once for all that ask.

A `Lender` is what a fit lends its strategy. What it gives goes through imbalanced-learn's own opening: an estimator
with `kneighbors`. Distances are Euclidean, ties go to the smaller index. For each matrix the neighbours of its own rows
are kept on a shelf, at least `LEAST` of them, so that SMOTE, ENN, Tomek and others find what another fit on the same
rows has found. Whoever takes from the shelf is charged the seconds that it took.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from longtail.bench.training.nearest import Nearest
from longtail.bench.training.neighbour_cache import FoundNeighbours, NeighbourCache
from longtail.strategies.table import Doubles, Ints

LEAST = 11
"""neighbours that are found where fewer are asked for: as many as any strategy asks for by default"""
WORTH = 0.02
"""seconds below which it's quicker to find neighbours again"""
SPLITS = 4
"""matrices that a fit keeps at hand"""
CACHE = NeighbourCache()
"""of this process; opened before cells are forked, they share it"""


class NeighbourProvider:
    """Lends neighbours to the strategy of one fit, and adds up the seconds that others have spent on what it used."""

    def __init__(self, device: torch.device, cache: NeighbourCache = CACHE) -> None:
        self.device, self.cache = device, cache
        self.charged = 0.0
        self.splits: dict[bytes, SearchMatrix] = {}

    def __call__(self, k: int) -> Neighbours:
        """An estimator that gives k neighbours; as in scikit-learn, a fitted row is its own nearest."""
        return Neighbours(k, provider=self)

    def __deepcopy__(self, memo: dict[int, Any]) -> NeighbourProvider:
        return self  # scikit-learn's clone copies parameters; the charges belong to one fit

    def split(self, rows: Doubles) -> SearchMatrix:
        """The matrix with what is known of it."""
        key = hashlib.blake2b(repr(rows.shape).encode() + rows.tobytes(), digest_size=32).digest()
        split = self.splits.pop(key, None) or SearchMatrix(key, rows, self)
        self.splits = dict(list(self.splits.items())[1 - SPLITS :]) | {key: split}
        return split


class Neighbours(BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """The k nearest rows, as scikit-learn's NearestNeighbors gives them."""

    def __init__(self, n_neighbors: int = 5, *, provider: NeighbourProvider, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.provider = provider
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any = None) -> Neighbours:
        """Take the rows to search among."""
        self.split_ = self.provider.split(plain(X))
        self.n_samples_fit_ = len(self.split_.rows)
        return self

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """Distances (m, k) and positions (m, k), nearest first; without X those of each fitted row to the others."""
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        own = X is None
        if k + own > self.n_samples_fit_:
            raise ValueError(f"n_neighbors must be at most the {self.n_samples_fit_ - own} rows there are, got {k}")
        found, squares = self.split_.nearest(self.split_.rows if own else plain(X), k + own)
        if own:
            found, squares = others(found, squares)
        return (np.sqrt(squares), found) if return_distance else found

    def kneighbors_graph(self, X: Any = None, n_neighbors: int | None = None, mode: str = "connectivity") -> Any:
        """The same as a sparse matrix (m, n) of ones, or with mode `distance` of distances."""
        distances, found = self.kneighbors(X, n_neighbors)
        values = np.ones(found.size) if mode == "connectivity" else distances.ravel()
        pointers = np.arange(0, found.size + 1, found.shape[1])
        return sparse.csr_matrix((values, found.ravel(), pointers), (len(found), self.n_samples_fit_))


class SearchMatrix:
    """A matrix to search among: its distinct rows, in the order in which they come first, and their neighbours."""

    def __init__(self, key: bytes, rows: Doubles, provider: NeighbourProvider) -> None:
        self.key, self.rows, self.provider = key, rows, provider
        _, first, place = np.unique(voids(rows), return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        self.distinct = rows[np.sort(first)]
        self.sorted_ids = rank
        """of the distinct rows in the order of their bytes"""
        self.sorted_voids = voids(rows[first])
        ids = rank[place]
        self.members = np.argsort(ids, kind="stable")
        """rows, those of a distinct row together and in order"""
        self.copies = np.bincount(ids)
        self.starts = np.cumsum(self.copies) - self.copies
        self.found = np.full((0, 0), -1)
        self.squares = np.empty((0, 0))
        self.search: Nearest | None = None

    def nearest(self, queries: Doubles, k: int) -> tuple[Ints, Doubles]:
        """Positions (m, k) of the k nearest rows and squared distances."""
        near = min(k, len(self.distinct))
        found, squares = np.empty((len(queries), near), np.int64), np.empty((len(queries), near))
        ids = self._ids(queries)
        own = ids >= 0
        if own.any():
            self._learn(np.unique(ids[own]), near)
            found[own], squares[own] = self.found[ids[own], :near], self.squares[ids[own], :near]
        if not own.all():
            found[~own], squares[~own] = self._searched(queries[~own], near)
        return (found, squares) if len(self.distinct) == len(self.rows) else self._unfolded(found, squares, k)

    def _ids(self, queries: Doubles) -> Ints:
        """Which distinct row each query is, or -1."""
        wanted = voids(queries)
        place = np.minimum(np.searchsorted(self.sorted_voids, wanted), len(self.sorted_voids) - 1)
        return np.where(self.sorted_voids[place] == wanted, self.sorted_ids[place], -1)

    def _learn(self, ids: Ints, k: int) -> None:
        """Have k neighbours or more of these distinct rows: from the shelf, else by searching."""
        if k > self.found.shape[1]:
            width = min(max(k, LEAST), len(self.distinct))
            self.found = np.full((len(self.distinct), width), -1)
            self.squares = np.empty(self.found.shape)
        for kept in self.provider.cache.get(self.key) if (self.found[ids, 0] < 0).any() else []:
            self._take(kept, ids)
        lacking = ids[self.found[ids, 0] < 0]
        if not len(lacking):
            return
        start = time.perf_counter()
        found, squares = self._searched(self.distinct[lacking], self.found.shape[1])
        self.found[lacking], self.squares[lacking] = found, squares
        seconds = time.perf_counter() - start
        if seconds >= WORTH:
            self.provider.cache.put(self.key, FoundNeighbours(lacking, found, squares, seconds))

    def _take(self, kept: FoundNeighbours, ids: Ints) -> None:
        """Take over what others have found, and be charged for it."""
        width = self.found.shape[1]
        new = np.isin(kept.ids, ids) & (self.found[kept.ids, 0] < 0)
        if kept.nearest.shape[1] < width or not new.any():
            return
        at = kept.ids[new]
        self.found[at], self.squares[at] = kept.nearest[new, :width], kept.squares[new, :width]
        self.provider.charged += kept.seconds * len(at) / len(kept.ids)

    def _searched(self, queries: Doubles, k: int) -> tuple[Ints, Doubles]:
        if self.search is None:
            self.search = Nearest(self.distinct, self.provider.device)
        return self.search.search(queries, k)

    def _unfolded(self, found: Ints, squares: Doubles, k: int) -> tuple[Ints, Doubles]:
        """From distinct rows to rows: the first k by distance and position."""
        copies = np.minimum(self.copies[found], k).ravel()
        within = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
        rows = self.members[np.repeat(self.starts[found].ravel(), copies) + within]
        query = np.repeat(np.repeat(np.arange(len(found)), found.shape[1]), copies)
        lengths = np.repeat(squares.ravel(), copies)
        order = np.lexsort((rows, lengths, query))
        best = order[np.searchsorted(query[order], np.arange(len(found)))[:, None] + np.arange(k)]
        return rows[best], lengths[best]


def plain(X: Any) -> Doubles:
    """A matrix of float64 whose equal rows have equal bytes."""
    rows = np.asarray(X.toarray() if hasattr(X, "toarray") else X, np.float64)
    return np.ascontiguousarray(rows + 0.0)  # -0 becomes 0


def voids(rows: Doubles) -> NDArray[np.void]:
    """Each row as one value that can be compared."""
    return rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()


def others(found: Ints, squares: Doubles) -> tuple[Ints, Doubles]:
    """Without each row itself: of k + 1 neighbours k are left."""
    itself = found == np.arange(len(found))[:, None]
    itself[~itself.any(axis=1), -1] = True  # so many equal rows that it isn't among its own neighbours
    return found[~itself].reshape(len(found), -1), squares[~itself].reshape(len(found), -1)
