"""SMOTEBoost: boosting in which every round learns from new synthetic rows of small classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Fit, Model, Resources, Strategy
from longtail.strategies.models import Weighted, probabilities
from longtail.strategies.over_sampling.smote import Smote
from longtail.strategies.rules import share, whole
from longtail.strategies.table import Doubles, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised

LEAST = 1e-10
"""least pseudo-loss of a member, instead of 0 for one without errors"""


@final
@dataclass(frozen=True)
class SmoteBoost(Strategy):
    """Boost by AdaBoost.M2; each round adds SMOTE's rows of small classes for its own member only.

    Chawla, Lazarevic, Hall and Bowyer 2003, PKDD; AdaBoost.M2 is from Freund and Schapire 1997, JCSS 55(1). It boosts
    pairs of a row and a wrong class, by how much the member prefers that class; the ensemble is the mean of
    probabilities, weighted by log(1 / beta). A synthetic row has the mean weight of the rows. Boosting ends at a member
    that is no better than chance.
    """

    name: ClassVar[str] = "smoteboost"
    paper: ClassVar[str] = "Chawla, Lazarevic, Hall and Bowyer 2003, PKDD"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "members": (10, 25, 50)}
    members: int = 25  # NOTE[DIFF] the paper names no number of rounds; all ensembles here have 25
    strength: float = STRENGTH
    k_neighbors: int = 5

    def __post_init__(self) -> None:
        whole("members", self.members)
        share("strength", self.strength)
        whole("k_neighbors", self.k_neighbors)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, 2)

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        wrong = mislabels(table)
        models: list[Model] = []
        weights: list[float] = []
        for member in range(self.members):
            rows = wrong.sum(axis=1) * len(table)
            weighted = replace(table, weight=rows.astype(np.float32))
            model = fit(weighted, member=member)
            h = probabilities(model, table)
            loss = pseudo_loss(wrong, h, table.y)
            if loss >= 0.5 and models:
                break
            beta = max(loss, LEAST) / (1 - max(loss, LEAST)) if loss < 0.5 else 1 / np.e
            models.append(model)
            weights.append(float(np.log(1 / beta)))
            if loss >= 0.5:
                break
            wrong = boosted(wrong, h, table.y, beta)
        return Weighted(models, weights)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return Smote(self.strength, self.k_neighbors).resample(table, rng, resources)

    def shift(self, trained: Profile) -> Doubles | None:
        # boosting follows the errors, so no prior describes the rows that the members see
        return None


def mislabels(table: Table) -> Doubles:
    """Return the initial distribution over pairs of a row and a wrong class, (n, K), by row weight."""
    weight = np.tile(table.weight.astype(np.float64)[:, None], (1, table.classes))
    weight[np.arange(len(table)), table.y] = 0
    return np.asarray(weight / weight.sum(), np.float64)


def pseudo_loss(wrong: Doubles, h: Doubles, y: Ints) -> float:
    """Return half the mean over pairs of 1 - p(right class) + p(wrong class): 0 is best, .5 is chance."""
    right = h[np.arange(len(y)), y][:, None]
    return float((wrong * (1 - right + h)).sum() / 2)


def boosted(wrong: Doubles, h: Doubles, y: Ints, beta: float) -> Doubles:
    """Return the next distribution, (n, K): each pair times beta^((1 + right - wrong) / 2), normalised."""
    right = h[np.arange(len(y)), y][:, None]
    pairs = wrong * beta ** ((1 + right - h) / 2)
    return np.asarray(pairs / pairs.sum(), np.float64)
