"""KMeans-SMOTE: new rows inside clusters where a small class is frequent."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import KMeansSMOTE
from sklearn.cluster import MiniBatchKMeans

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import nonnegative, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised

HOPELESS = ("No clusters found with sufficient samples", "cannot convert float NaN to integer")
"""errors of the library: no cluster has enough rows of the class, or all of its rows in a cluster are equal"""


@final
@dataclass(frozen=True)
class KMeansSmote(Strategy):
    """Draw new rows as SMOTE does, inside clusters where a small class is frequent, and more where it is sparse.

    Last, Douzas and Bacao 2017, arXiv:1711.00837. Uses imbalanced-learn's KMeansSMOTE, over MiniBatchKMeans of all
    rows. A cluster is used if the class has `k_neighbors` + 1 rows in it and at least `lift` times its share of all
    rows. A class without such a cluster is not changed. Categories as in `mechanisms/interpolated_rows.py`.
    """

    # NOTE[DIFF] the paper asks for as many rows of the class as of others in a cluster, or has no condition: no cluster
    # satisfies the first for classes of 1 %, so the class's own share is the threshold here
    name: ClassVar[str] = "kmeans-smote"
    paper: ClassVar[str] = "Last, Douzas and Bacao 2017, arXiv:1711.00837"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "clusters": (4, 8, 32)}
    strength: float = STRENGTH
    k_neighbors: int = 2
    clusters: int = 8
    lift: float = 1.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("k_neighbors", self.k_neighbors)
        whole("clusters", self.clusters)
        nonnegative("lift", self.lift)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        counts = table.counts
        clusters = min(self.clusters, len(np.unique(table.x, axis=0)))

        def sampler(goals: dict[int, int], k: int) -> KMeansSMOTE:
            seed = int(rng.integers(2**31))
            shares = self.lift * counts[list(goals)] / len(table)
            return KMeansSMOTE(
                sampling_strategy=goals,
                random_state=seed,
                k_neighbors=resources.neighbors(k + 1),
                kmeans_estimator=MiniBatchKMeans(clusters, random_state=seed),
                cluster_balance_threshold=float(shares[0]),
            )

        with np.errstate(invalid="ignore"):  # weights of clusters whose rows are all equal
            return grown(table, raised(counts, self.strength, 2), self.k_neighbors, sampler, HOPELESS, single=True)
