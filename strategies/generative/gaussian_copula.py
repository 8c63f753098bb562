"""Gaussian copula: each small class's marginals, joined by the correlations of their normal scores."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import norm
from sklearn.covariance import ledoit_wolf

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.generated_rows import grown
from longtail.strategies.mechanisms.mixed_columns import NumberScores
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised

LEAST_KEPT = 0.1
"""lower limit of `kept`; for a category with one very frequent code the correction would be too large"""
MOST = 0.99


@final
@dataclass(frozen=True)
class GaussianCopula(Strategy):
    """Draw new rows of small classes from a normal distribution of column scores, mapped back to the marginals.

    Patki, Wedge and Veeramachaneni 2016, DSAA, the Gaussian copula of a single table: the codes of a category divide
    the interval from 0 to 1 by their frequencies. Marginals are the class's own. Correlations are shrunk (Ledoit and
    Wolf 2004), so columns of a class with few rows are less dependent. A class with fewer than `least` rows is neither
    learnt nor drawn. Drawn values and codes were all observed in the class.
    """

    name: ClassVar[str] = "gaussian-copula"
    paper: ClassVar[str] = "Patki, Wedge and Veeramachaneni 2016, DSAA, the Gaussian copula of a single table"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS}
    strength: float = STRENGTH
    least: int = 5
    rows: int = 50_000

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("least", self.least, 2)
        whole("rows", self.rows)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, self.least)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return grown(table, self.strength, self.least, self.rows, rng, lambda learnt, y: like(learnt, y, rng))


def like(learnt: Table, y: Ints, rng: np.random.Generator) -> Floats:
    """Return new rows (n, d) of classes y (n,), learnt class by class."""
    x = np.empty((len(y), len(learnt.cardinalities)), np.float32)
    for c in np.unique(y):
        x[y == c] = _of_one_class(learnt.x[learnt.y == c], learnt.categorical, int((y == c).sum()), rng)
    return x


def _of_one_class(rows: Floats, categorical: NDArray[np.bool_], n: int, rng: np.random.Generator) -> Floats:
    columns = [Parts.of(x) if codes else NumberScores.of(x) for x, codes in zip(rows.T, categorical, strict=True)]
    scores = np.concatenate([column.wide(x) for column, x in zip(columns, rows.T, strict=True)], axis=1)
    kept = np.array([column.kept if isinstance(column, Parts) else 1.0 for column in columns])
    ties = correlations(scores.astype(np.float64), kept)
    normal = rng.standard_normal((n, len(columns))) @ np.linalg.cholesky(ties).T
    none = np.zeros(n, np.int64)
    parts = [column.back(normal[:, [at]].astype(np.float32), none, rng) for at, column in enumerate(columns)]
    return np.stack(parts, axis=1)


def correlations(scores: Doubles, kept: Doubles) -> Doubles:
    """Return the shrunk correlations (d, d) of the normals behind scores (n, d); a constant column is independent.

    `kept` (d,) is the share of a normal's variance that its score retains. Scores that are means within intervals have
    smaller correlations than the normals, by the square roots of their shares, which is corrected.
    """
    spread = scores.std(axis=0)
    covariance, _ = ledoit_wolf((scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1))
    scale = np.sqrt(np.where(spread > 0, np.diag(covariance), 1) * np.maximum(kept, LEAST_KEPT))
    ties = (covariance / np.outer(scale, scale)).clip(-MOST, MOST)
    np.fill_diagonal(ties, 1)
    values, vectors = np.linalg.eigh(ties)
    near = (vectors * np.maximum(values, 1e-3)) @ vectors.T  # corrected pair by pair, the matrix may be indefinite
    return np.asarray(near / np.sqrt(np.outer(np.diag(near), np.diag(near))), np.float64)


@dataclass(frozen=True, eq=False)
class Parts:
    """A column of codes (m,), the most frequent first; `edges` (m,) are the upper ends of their intervals in [0, 1]."""

    codes: Ints
    edges: Doubles

    @classmethod
    def of(cls, column: Floats) -> Self:
        codes, times = np.unique(column.astype(np.int64), return_counts=True)
        order = np.argsort(-times, kind="stable")
        return cls(codes[order], np.cumsum(times[order]) / len(column))

    @property
    def means(self) -> Doubles:
        """Return the mean of a standard normal within each code's interval, (m,)."""
        heights = norm.pdf(norm.ppf(np.concatenate([[0.0], self.edges[:-1], [1.0]])))
        return np.asarray((heights[:-1] - heights[1:]) / self.shares, np.float64)

    @property
    def shares(self) -> Doubles:
        """Return the length of each interval, (m,)."""
        return np.diff(self.edges, prepend=0.0)

    @property
    def kept(self) -> float:
        """Return the share of a normal's variance that lies between intervals."""
        return float(self.shares @ self.means**2)

    def wide(self, column: Floats) -> Floats:
        """Return scores (n, 1): the means of the codes' intervals."""
        # NOTE[DIFF] the paper draws a score within the interval, which adds noise and weakens the correlations
        place = np.argmax(column.astype(np.int64)[:, None] == self.codes, axis=1)
        return np.asarray(self.means[place][:, None], np.float32)

    def back(self, wide: Floats, y: Ints, rng: np.random.Generator) -> Floats:
        """Return the codes (n,) whose intervals the scores lie in."""
        place = np.searchsorted(self.edges, ndtr(wide[:, 0].astype(np.float64)))
        return np.asarray(self.codes[place.clip(0, len(self.codes) - 1)], np.float32)
