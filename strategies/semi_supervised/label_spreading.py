"""Label spreading: labels spread to unlabelled rows along a graph of neighbours."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from sklearn.semi_supervised import LabelSpreading as Spreading

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.rules import inside, whole
from longtail.strategies.table import Ints, Profile, Table

UNKNOWN = -1


@final
@dataclass(frozen=True)
class LabelSpreading(Strategy):
    """Label the unlabelled rows by scikit-learn's label spreading, then learn from all rows.

    Zhou et al. 2003, NeurIPS: F <- `alpha` S F + (1 - `alpha`) Y until it converges, with labels Y and the normalised
    graph S = D^-1/2 W D^-1/2. Neighbours are found on numbers and one-hot categories; rows that no label reaches are
    left out.
    """

    name: ClassVar[str] = "label-spreading"
    paper: ClassVar[str] = "Zhou et al. 2003, NeurIPS, local and global consistency"
    reads: ClassVar[frozenset[str]] = frozenset({"unlabelled"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"neighbors": (5, 7, 15), "alpha": (0.1, 0.2, 0.5)}
    neighbors: int = 7
    alpha: float = 0.2

    def __post_init__(self) -> None:
        whole("neighbors", self.neighbors)
        inside("alpha", self.alpha)

    def why_skip(self, profile: Profile) -> str | None:
        return "spreading needs rows of two classes" if (profile.counts > 0).sum() < 2 else None

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        if table.unlabelled is None:
            raise ValueError("label-spreading needs rows without labels, and there are none")
        labels = spread(table, table.unlabelled, self.neighbors, self.alpha, resources)
        reached = labels != UNKNOWN
        return table.plus(table.drawn(table.unlabelled.x[reached], labels[reached]))

    def shift(self, trained: Profile) -> None:
        # spread labels have their own priors
        return None


def spread(table: Table, unlabelled: Table, neighbors: int, alpha: float, resources: Resources) -> Ints:
    """Return labels of the unlabelled rows (n,), -1 where no label reaches the row."""
    x = np.concatenate([table.one_hot(), unlabelled.one_hot()])
    y = np.concatenate([table.y, np.full(len(unlabelled), UNKNOWN)])
    k = min(neighbors, len(x) - 1)
    # the graph of the library's kernel "knn", with the neighbours of the resources
    spreading = Spreading(
        lambda rows, _: resources.neighbors(k).fit(rows).kneighbors_graph(rows, k), alpha=alpha, max_iter=100
    )
    spreading.fit(x, y)
    mass = spreading.label_distributions_[len(table) :]
    labels = spreading.transduction_[len(table) :].astype(np.int64)
    return np.where(np.nan_to_num(mass).sum(axis=1) > 0, labels, UNKNOWN)
