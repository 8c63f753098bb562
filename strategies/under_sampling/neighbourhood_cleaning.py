"""Neighbourhood cleaning: edited nearest neighbours, plus the neighbours that outvote rows of the smallest class."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn.under_sampling import EditedNearestNeighbours, NeighbourhoodCleaningRule

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.cleaning import check, cleaned_classes, selected, why_not
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import ABOVE


@final
@dataclass(frozen=True)
class NeighbourhoodCleaning(Strategy):
    """Remove rows of frequent classes that most neighbours contradict, and those that outvote a rare neighbour.

    Laurikkala 2001, AIME. Uses imbalanced-learn's NeighbourhoodCleaningRule. The first part removes the same rows as
    edited-nearest-neighbours with `kind` mode. The second part looks at rows of the smallest class whose neighbours
    vote for another class, and removes those neighbours whose class has more than `threshold` times the smallest
    class's rows.
    """

    name: ClassVar[str] = "neighbourhood-cleaning"
    paper: ClassVar[str] = "Laurikkala 2001, AIME"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"above": (0.0, 0.1, 0.5), "n_neighbors": (3, 5)}
    n_neighbors: int = 3
    threshold: float = 0.5
    classes: str = "frequent"
    above: float = ABOVE

    def __post_init__(self) -> None:
        whole("n_neighbors", self.n_neighbors)
        positive("threshold", self.threshold)
        check(self.classes, self.above)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not(profile, self.classes, self.above)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        cleaned = cleaned_classes(table.counts, self.classes, self.above)
        k = min(self.n_neighbors, len(table) - 1)
        editing = EditedNearestNeighbours(
            sampling_strategy=cleaned, n_neighbors=resources.neighbors(k + 1), kind_sel="mode"
        )
        sampler = NeighbourhoodCleaningRule(
            sampling_strategy=cleaned,
            edited_nearest_neighbours=editing,
            n_neighbors=k,
            threshold_cleaning=self.threshold,
        )
        return selected(table, sampler, resources)
