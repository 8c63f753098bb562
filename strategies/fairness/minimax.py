"""Minimax: a game between a learner and an adversary who weighs classes."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Fit, Model, Strategy
from longtail.strategies.models import Average
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Doubles, Profile, Table


@final
@dataclass(frozen=True)
class Minimax(Strategy):
    """Fit `rounds` times; after each fit classes with greater error get more weight; all fits are averaged.

    Diana et al. 2021, AIES, algorithm 1 (MinimaxFair) with the classes as groups: weights start at the class
    frequencies and grow by exp(eta error / sqrt(round)). The average of the fits approaches the least error of the
    worst class, the value of the game (Freund and Schapire 1999, Games and Economic Behavior).
    """

    name: ClassVar[str] = "minimax"
    paper: ClassVar[str] = "Diana et al. 2021, AIES, algorithm 1"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"eta": (0.5, 1.0, 2.0), "rounds": (5, 10, 20)}
    eta: float = 1.0
    rounds: int = 10

    def __post_init__(self) -> None:
        positive("eta", self.eta)
        whole("rounds", self.rounds, 2)

    def why_skip(self, profile: Profile) -> str | None:
        return "a game over classes needs rows of two classes" if (profile.counts > 0).sum() < 2 else None

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        share = table.profile.priors
        game = share.copy()
        members = []
        for turn in range(1, self.rounds + 1):
            factor = np.divide(game, share, out=np.zeros_like(game), where=share > 0)
            members.append(fit(replace(table, weight=(table.weight * factor[table.y]).astype(np.float32))))
            game = game * np.exp(self.eta * errors(members[-1], table) / np.sqrt(turn))
            game /= game.sum()
        return Average(members)

    def shift(self, trained: Profile) -> None:
        # it averages fits at different priors
        return None


def errors(model: Model, table: Table) -> Doubles:
    """Return the weighted share of each class's rows that are misclassified, (K,); 0 for a class without rows."""
    wrong = model.scores(table).argmax(axis=1) != table.y
    mass = table.profile.mass
    missed = np.bincount(table.y, table.weight * wrong, table.classes)
    return np.asarray(np.divide(missed, mass, out=np.zeros(table.classes), where=mass > 0), np.float64)
