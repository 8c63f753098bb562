"""SMOTE: new rows between a row and its neighbours of the same class."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised


@final
@dataclass(frozen=True)
class Smote(Strategy):
    """Draw new rows of small classes on the lines to their nearest neighbours.

    Chawla, Bowyer, Hall and Kegelmeyer 2002, JAIR 16, section 4.2; SMOTE-NC of section 6.1 for mixed columns, SMOTE-N
    of section 6.2 if all columns are categories. Uses imbalanced-learn. A class with too few rows for `k_neighbors`
    uses all other rows that it has; a class with one row has none and is not changed. `strength` 1 makes all classes as
    large as the largest, lower ones lie between, see `targets.py`.
    """

    name: ClassVar[str] = "smote"
    paper: ClassVar[str] = "Chawla, Bowyer, Hall and Kegelmeyer 2002, JAIR 16, sections 4.2, 6.1 and 6.2"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "k_neighbors": (3, 5, 10)}
    strength: float = STRENGTH
    k_neighbors: int = 5

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("k_neighbors", self.k_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        def sampler(goals: dict[int, int], k: int) -> Any:
            return self.sampler(table, goals, k, rng, resources)

        return grown(table, raised(table.counts, self.strength, 2), self.k_neighbors, sampler, one_hot=False)

    def sampler(
        self, table: Table, wanted: dict[int, int], k: int, rng: np.random.Generator, resources: Resources
    ) -> Any:
        """Return the library's variant for the table's columns, with k neighbours."""
        given = {"sampling_strategy": wanted, "random_state": int(rng.integers(2**31))}
        if table.categorical.all():
            return SMOTEN(**given, k_neighbors=k)  # its distances are not Euclidean
        given["k_neighbors"] = resources.neighbors(k + 1)
        if table.categorical.any():
            return SMOTENC(categorical_features=np.flatnonzero(table.categorical).tolist(), **given)
        return SMOTE(**given)
