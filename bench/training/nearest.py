"""Exact search for the nearest rows by Euclidean distance: screened in float32 by matrix products, ranked in float64.

Products of blocks give every squared distance up to a rounding error with a known bound. For each query only the minima
over groups of rows are kept. The k-th smallest minimum is an upper bound on the distance of the k-th nearest row, so a
row whose distance exceeds it by more than the error can't be among the k. The remaining candidates, a few more than k,
are ranked by their distance in float64, summed over differences; ties go to the smaller index. A CPU and a GPU give the
same result.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.table import Doubles, Floats, Ints

TILE = 2048
"""rows per matrix product: together with a block of queries they fit in a core's cache"""
GROUP = 64
"""number of distances that share one minimum"""
BLOCK = {"cpu": 64, "cuda": 4096}
"""queries per matrix product, by kind of device"""
NUMBERS = 2**22
"""float64 numbers that a step of the exact ranking holds in memory"""
FAR = 3e38
"""distance of the filler rows that complete a tile"""
LARGEST = 1e15
"""greatest number in a row: squared distances stay far below `FAR` with any number of columns"""


def check_finite(rows: Doubles, which: str) -> None:
    """Raise ValueError, in the words of scikit-learn, for the first number of rows (n, d) without a distance."""
    if not rows.size or (rows.min() >= -LARGEST and rows.max() <= LARGEST):  # false for NaN
        return
    row, column = np.argwhere(~(np.abs(rows) <= LARGEST))[0]
    value = rows[row, column]
    kind = "NaN" if np.isnan(value) else f"infinity or a value larger than {LARGEST:g}"
    raise ValueError(
        f"Input X contains {kind}: {which} must be finite numbers, got {value:g} in row {row}, column {column}"
    )


class Nearest:
    """Rows to search in, (n, d) float64; a search is slow where many rows are equal.

    Raises ValueError where rows or queries have a number that is missing, infinite or above `LARGEST`.
    """

    def __init__(self, rows: Doubles, device: torch.device) -> None:
        check_finite(rows, "the rows to search in")
        self.rows, self.device = rows, device
        self.middle = rows.mean(axis=0)  # centred products lose fewer digits
        centred = (rows - self.middle).astype(np.float32)
        squares = (centred.astype(np.float64) ** 2).sum(axis=1)
        self.reach = float(np.sqrt(squares.max()))
        self.tile = min(TILE, -(-len(rows) // GROUP) * GROUP)
        filler = -len(rows) % self.tile
        # one product gives |row|^2 - 2 query row: the rest of the distance is the same for all rows of a query
        lengths = np.pad(squares, (0, filler), constant_values=FAR)
        factors = np.concatenate([np.pad(-2 * centred, ((0, filler), (0, 0))), lengths[:, None]], axis=1)
        tiles = factors.astype(np.float32).reshape(-1, self.tile, factors.shape[1]).transpose(0, 2, 1)
        self.tiles = torch.from_numpy(np.ascontiguousarray(tiles)).to(device)

    def search(self, queries: Doubles, k: int) -> tuple[Ints, Doubles]:
        """Return the positions (m, k) of the k nearest rows, nearest first, and their squared distances (m, k)."""
        check_finite(queries, "the rows whose neighbours are asked for")
        found = np.empty((len(queries), k), np.int64)
        squares = np.empty((len(queries), k))
        block = min(len(queries), BLOCK["cuda" if self.device.type == "cuda" else "cpu"])
        room = torch.empty(len(self.tiles), block, self.tile, device=self.device)
        for start in range(0, len(queries), max(1, block)):
            part = queries[start : start + block]
            at = slice(start, start + len(part))
            found[at], squares[at] = self._ranked(part, k, *self._candidates(part, k, room[:, : len(part)]))
        return found, squares

    def _candidates(self, queries: Doubles, k: int, products: Tensor) -> tuple[Ints, Ints]:
        """Return pairs of query and row, each query's k nearest among them; `products` is a buffer (tiles, m, tile)."""
        centred = (queries - self.middle).astype(np.float32)
        left = np.concatenate([centred, np.ones((len(centred), 1), np.float32)], axis=1)
        minima = self._multiplied(torch.from_numpy(left).to(self.device), products)
        limit = torch.from_numpy(self._slack(centred)).to(self.device)
        if k <= len(self.rows) // GROUP:
            limit = limit + minima.topk(k, dim=1, largest=False, sorted=False).values.amax(dim=1)
        else:
            limit = torch.full_like(limit, FAR / 10)  # few rows: all of them are ranked
        row, group = (minima <= limit[:, None]).nonzero(as_tuple=True)
        width = self.tile // GROUP
        groups = products.view(len(self.tiles), len(left), width, GROUP)
        near = groups[group // width, row, group % width] <= limit[row, None]
        pair, place = near.nonzero(as_tuple=True)
        return row[pair].cpu().numpy(), (group[pair] * GROUP + place).cpu().numpy()

    def _multiplied(self, left: Tensor, products: Tensor) -> Tensor:
        """Fill the products, and return the minima (m, groups) over groups of adjacent columns."""
        tiles, width = len(self.tiles), self.tile // GROUP
        minima = torch.empty(len(left), tiles * width, device=self.device)
        for place, (factors, product) in enumerate(zip(self.tiles, products, strict=True)):
            torch.mm(left, factors, out=product)
            groups = product.view(len(left), width, GROUP)
            torch.amin(groups, dim=2, out=minima[:, place * width : (place + 1) * width])
        return minima

    def _slack(self, centred: Floats) -> Floats:
        """Return twice the bound on a product's rounding error, (m,): once for the k-th row, once for the others."""
        longest = np.sqrt((centred.astype(np.float64) ** 2).sum(axis=1)) + self.reach
        steps = self.rows.shape[1] + 8  # additions, and the rounding of the factors
        return np.asarray(2 * steps * 2.0**-23 * longest**2, np.float32)

    def _ranked(self, queries: Doubles, k: int, row: Ints, column: Ints) -> tuple[Ints, Doubles]:
        """Return the first k candidates of each query by distance and index."""
        squares = np.empty(len(row))
        step = max(1, NUMBERS // self.rows.shape[1])
        for start in range(0, len(row), step):
            at = slice(start, start + step)
            gap = queries[row[at]] - self.rows[column[at]]
            squares[at] = np.einsum("ij,ij->i", gap, gap)
        order = np.lexsort((column, squares, row))
        first = np.searchsorted(row[order], np.arange(len(queries)))
        best = order[first[:, None] + np.arange(k)]
        return column[best], squares[best]
