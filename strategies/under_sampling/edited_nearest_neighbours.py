"""Edited nearest neighbours: rows that their neighbours contradict are removed."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import EditedNearestNeighbours as Once
from imblearn.under_sampling import RepeatedEditedNearestNeighbours as Repeated

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, selected, why_not
from longtail.strategies.rules import among, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import ABOVE


@final
@dataclass(frozen=True)
class EditedNearestNeighbours(Strategy):
    """Remove rows of frequent classes if not all, or not most, of their nearest neighbours are of their class.

    Wilson 1972, IEEE Transactions on Systems, Man and Cybernetics 2(3). Uses imbalanced-learn's
    EditedNearestNeighbours. With `rounds` above 1 it is repeated until nothing changes or a class would become smaller
    than the smallest class was: Tomek 1976, IEEE Transactions on Systems, Man and Cybernetics 6(6), by
    imbalanced-learn's RepeatedEditedNearestNeighbours. `kind` all asks that all neighbours are of a row's class, mode
    that most are. `classes` all cleans every class, as in SMOTE+ENN.
    """

    name: ClassVar[str] = "edited-nearest-neighbours"
    paper: ClassVar[str] = "Wilson 1972, IEEE Transactions on Systems, Man and Cybernetics 2(3)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"kind": ("all", "mode"), "n_neighbors": (3, 5), "rounds": (1, 100)}
    n_neighbors: int = 3
    kind: str = "all"
    rounds: int = 1
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        whole("n_neighbors", self.n_neighbors)
        among("kind", self.kind, ("all", "mode"))
        whole("rounds", self.rounds)
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not(profile, self.classes, self.above)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        cleaned = cleaned_classes(table.counts, self.classes, self.above)
        neighbors = resources.neighbors(min(self.n_neighbors + 1, len(table)))
        given = {"sampling_strategy": cleaned, "n_neighbors": neighbors, "kind_sel": self.kind}
        sampler = Once(**given) if self.rounds == 1 else Repeated(**given, max_iter=self.rounds)
        return selected(table, sampler, resources)
