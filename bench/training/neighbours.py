"""Nearest neighbours for strategies: exact, faster than scikit-learn's on one core, and searched once per matrix.

Each fit passes a `NeighbourProvider` to its strategy. The provider returns estimators with `kneighbors`, which is the
interface that imbalanced-learn accepts. Distances are Euclidean; ties go to the smaller index. For each matrix, the
neighbours of its own rows are kept in the neighbour cache, at least `LEAST` per row. So SMOTE, ENN, Tomek links and
others reuse the neighbours that another fit has found in the same rows. A fit that reads from the cache is charged the
seconds that the search took.
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

from longtail.bench.training.nearest import Nearest, check_finite
from longtail.bench.training.neighbour_cache import FoundNeighbours, NeighbourCache
from longtail.strategies.table import Doubles, Ints

LEAST = 11
"""least number of neighbours per row that a search finds: as many as any strategy asks for by default"""
WORTH = 0.02
"""seconds of a search below which a new search is quicker than the cache"""
SPLITS = 4
"""matrices that one provider keeps in memory"""
CACHE = NeighbourCache()
"""cache of this process; cells share it if it is opened before they are forked"""


class NeighbourProvider:
    """Source of neighbours for one fit; `charged` sums the seconds that other fits spent on the neighbours it used."""

    def __init__(self, device: torch.device, cache: NeighbourCache = CACHE) -> None:
        self.device, self.cache = device, cache
        self.charged = 0.0
        self.splits: dict[bytes, SearchMatrix] = {}

    def __call__(self, k: int) -> Neighbours:
        """Return an estimator that finds k neighbours; as in scikit-learn, a fitted row is its own nearest."""
        return Neighbours(k, provider=self)

    def __deepcopy__(self, memo: dict[int, Any]) -> NeighbourProvider:
        return self  # scikit-learn's clone copies parameters; the charges belong to one fit

    def split(self, rows: Doubles) -> SearchMatrix:
        """Return the search matrix of these rows (n, d), with the neighbours found so far."""
        key = hashlib.blake2b(repr(rows.shape).encode() + rows.tobytes(), digest_size=32).digest()
        split = self.splits.pop(key, None) or SearchMatrix(key, rows, self)
        self.splits = dict(list(self.splits.items())[1 - SPLITS :]) | {key: split}
        return split


class Neighbours(BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """Estimator with the interface of scikit-learn's NearestNeighbors."""

    def __init__(self, n_neighbors: int = 5, *, provider: NeighbourProvider, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.provider = provider
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any = None) -> Neighbours:
        """Set the rows (n, d) to search in. Raises ValueError where a number is missing, infinite or too large."""
        rows = plain(X)
        check_finite(rows, "the rows to search in")
        self.split_ = self.provider.split(rows)
        self.n_samples_fit_ = len(self.split_.rows)
        return self

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """Return distances (m, k) and positions (m, k), nearest first.

        Without X, they are those of each fitted row to the other rows. Raises ValueError where there are fewer than k
        rows to choose from, and where a number is missing, infinite or too large.
        """
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        own = X is None
        if k + own > self.n_samples_fit_:
            raise ValueError(
                f"n_neighbors must be at most {self.n_samples_fit_ - own}, the number of rows to choose from, got {k}"
            )
        found, squares = self.split_.nearest(self.split_.rows if own else plain(X), k + own)
        if own:
            found, squares = others(found, squares)
        return (np.sqrt(squares), found) if return_distance else found

    def kneighbors_graph(self, X: Any = None, n_neighbors: int | None = None, mode: str = "connectivity") -> Any:
        """Return the neighbours as a sparse matrix (m, n): of ones, or of distances with the mode `distance`."""
        distances, found = self.kneighbors(X, n_neighbors)
        values = np.ones(found.size) if mode == "connectivity" else distances.ravel()
        pointers = np.arange(0, found.size + 1, found.shape[1])
        return sparse.csr_matrix((values, found.ravel(), pointers), (len(found), self.n_samples_fit_))


class SearchMatrix:
    """Matrix to search in: its distinct rows, in order of first appearance, and the neighbours found so far."""

    def __init__(self, key: bytes, rows: Doubles, provider: NeighbourProvider) -> None:
        self.key, self.rows, self.provider = key, rows, provider
        _, first, place = np.unique(voids(rows), return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        self.distinct = rows[np.sort(first)]
        self.sorted_ids = rank
        """numbers of the distinct rows, sorted by the bytes of the rows"""
        self.sorted_voids = voids(rows[first])
        ids = rank[place]
        self.members = np.argsort(ids, kind="stable")
        """positions of all rows: copies of one distinct row stand together, in order"""
        self.copies = np.bincount(ids)
        self.starts = np.cumsum(self.copies) - self.copies
        self.found = np.full((0, 0), -1)
        self.squares = np.empty((0, 0))
        self.search: Nearest | None = None

    def nearest(self, queries: Doubles, k: int) -> tuple[Ints, Doubles]:
        """Return the positions (m, k) of the k nearest rows and their squared distances (m, k)."""
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
        """Return the number of the distinct row that equals each query, or -1."""
        wanted = voids(queries)
        place = np.minimum(np.searchsorted(self.sorted_voids, wanted), len(self.sorted_voids) - 1)
        return np.where(self.sorted_voids[place] == wanted, self.sorted_ids[place], -1)

    def _learn(self, ids: Ints, k: int) -> None:
        """Make sure that these distinct rows have k neighbours or more: from the cache, else by a search."""
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
        """Copy neighbours that another fit has found, and charge this fit for them."""
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
        """Expand distinct rows (q, m) to all rows, and keep the first k by distance and position, (q, k)."""
        copies = np.minimum(self.copies[found], k).ravel()
        within = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
        rows = self.members[np.repeat(self.starts[found].ravel(), copies) + within]
        query = np.repeat(np.repeat(np.arange(len(found)), found.shape[1]), copies)
        lengths = np.repeat(squares.ravel(), copies)
        order = np.lexsort((rows, lengths, query))
        best = order[np.searchsorted(query[order], np.arange(len(found)))[:, None] + np.arange(k)]
        return rows[best], lengths[best]


def plain(X: Any) -> Doubles:
    """Return a matrix of float64, (n, d), in which equal rows have equal bytes; `X` may be sparse."""
    rows = np.asarray(X.toarray() if hasattr(X, "toarray") else X, np.float64)
    return np.ascontiguousarray(rows + 0.0)  # -0 becomes 0


def voids(rows: Doubles) -> NDArray[np.void]:
    """Return each row as one value that can be compared, (n,)."""
    return rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()


def others(found: Ints, squares: Doubles) -> tuple[Ints, Doubles]:
    """Remove each row from its own neighbours and squared distances, (n, k + 1) each: (n, k) are left."""
    itself = found == np.arange(len(found))[:, None]
    itself[~itself.any(axis=1), -1] = True  # with many equal rows, a row may not be among its own neighbours
    return found[~itself].reshape(len(found), -1), squares[~itself].reshape(len(found), -1)
