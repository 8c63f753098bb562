"""The concentration of rows on categories: classes, items, users."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.bench.profile.zipf import Zipf, zipf_of

POINTS = 60
"""largest number of points that are kept of a curve"""


@dataclass(frozen=True)
class Concentration:
    """Measures of rows per category; a category without rows is not counted."""

    name: str
    categories: int
    rows: int
    most: int
    least: int
    imbalance_ratio: float
    gini: float
    """0: all categories are equal; near 1: one category has nearly all rows"""
    effective: float
    """exp of the entropy of the shares: the number of equally frequent categories of the same entropy (Hill 1973)"""
    top_share: float
    """share of the rows in the most frequent hundredth of the categories (at least one)"""
    singles: int
    """categories with one row"""
    zipf: Zipf | None
    curve: tuple[tuple[int, int], ...]
    """(rank, rows) at ranks spread evenly over their logarithm"""
    lorenz: tuple[tuple[float, float], ...]
    """(share of categories, the rarest first; their share of rows)"""

    @property
    def law(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return fitted ranks and the rows of each under the law, as in `curve`; empty without a law."""
        if self.zipf is None:
            return (), ()
        at = _spread(self.zipf.ranks)
        rows = self.zipf.expected
        return tuple(map(float, at)), tuple(float(rows[rank - 1]) for rank in at)


def concentration_of(name: str, counts: ArrayLike) -> Concentration:
    """Return the measures of one set of counts (K,)."""
    given = np.asarray(counts, np.int64)
    up = np.sort(given[given > 0])
    down, n, total = up[::-1], len(up), int(up.sum())
    share = down / total
    return Concentration(
        name=name,
        categories=n,
        rows=total,
        most=int(down[0]),
        least=int(up[0]),
        imbalance_ratio=float(down[0] / up[0]),
        gini=gini(up),
        effective=float(np.exp(-(share * np.log(share)).sum())),
        top_share=float(share[: max(1, round(n / 100))].sum()),
        singles=int((up == 1).sum()),
        zipf=zipf_of(down),
        curve=tuple((int(rank), int(down[rank - 1])) for rank in _spread(n)),
        lorenz=tuple((0.0 if not at else at / n, float(up[:at].sum() / total)) for at in _even(n)),
    )


def gini(counts: ArrayLike) -> float:
    """Return the Gini coefficient of counts (K,) in any order: half the mean difference of two, over the mean."""
    up = np.sort(np.asarray(counts, np.float64))
    place = np.arange(1, len(up) + 1)
    return float(((2 * place - len(up) - 1) * up).sum() / (len(up) * up.sum()))


def _spread(n: int) -> NDArray[np.int64]:
    return np.unique(np.round(np.geomspace(1, n, min(n, POINTS))).astype(np.int64))


def _even(n: int) -> list[int]:
    return [int(at) for at in np.unique(np.round(np.linspace(0, n, min(n, POINTS) + 1)))]
