"""Geometric SMOTE: new rows in a sphere around a row instead of on a line from it."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from imblearn_extra.gsmote import GeometricSMOTE

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.interpolated_rows import grown
from longtail.strategies.rules import among, share, whole
from longtail.strategies.table import Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, raised, why_not_raised


@final
@dataclass(frozen=True)
class GeometricSmote(Strategy):
    """Draw new rows of small classes in a truncated and flattened sphere around a row that reaches to a neighbour.

    Douzas and Bacao 2019, Information Sciences 501. Uses imbalanced-learn-extra's GeometricSMOTE, in which a new row's
    category is the most frequent one among the neighbours, as in SMOTE-NC. The sphere reaches to a neighbour of the
    same class (`selection` minority), to the nearest row of another class (majority), or to the nearer of both
    (combined). `truncation` 1 keeps the half that faces it, -1 the other half, 0 both; `deformation` 1 flattens the
    sphere to the line. A class with too few rows for `k_neighbors` uses all other rows that it has.
    """

    name: ClassVar[str] = "geometric-smote"
    paper: ClassVar[str] = "Douzas and Bacao 2019, Information Sciences 501"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "strength": STRENGTHS,
        "deformation": (0.0, 0.5, 1.0),
        "selection": ("combined", "minority", "majority"),
    }
    strength: float = STRENGTH
    k_neighbors: int = 5
    selection: str = "combined"
    truncation: float = 1.0
    deformation: float = 0.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
        whole("k_neighbors", self.k_neighbors)
        among("selection", self.selection, ("combined", "minority", "majority"))
        for thing, least in (("truncation", -1), ("deformation", 0)):
            value = getattr(self, thing)
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 1:
                raise ValueError(f"{thing} must be a number between {least} and 1, got {value!r}")

    def why_skip(self, profile: Profile) -> str | None:
        if all(profile.cardinalities):
            return "geometric SMOTE needs a numeric column, and all columns are categories"
        return why_not_raised(profile.counts, self.strength, 2)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        def sampler(goals: dict[int, int], k: int) -> GeometricSMOTE:
            return GeometricSMOTE(
                sampling_strategy=goals,
                k_neighbors=resources.neighbors(k + 1),
                truncation_factor=self.truncation,
                deformation_factor=self.deformation,
                selection_strategy=self.selection,
                categorical_features=table.categorical if table.categorical.any() else None,
                random_state=int(rng.integers(2**31)),
            )

        return grown(table, raised(table.counts, self.strength, 2), self.k_neighbors, sampler, one_hot=False)
