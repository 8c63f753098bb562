"""Soft voting of a forest and a logistic regression."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import sklearn
from sklearn.ensemble import VotingClassifier

from longtail.strategies.base import Model, Strategy
from longtail.strategies.mechanisms.forest_and_logistic import forest_and_logistic
from longtail.strategies.models import Wrapped, codes
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class Voting(Strategy):
    """Average the probabilities of a forest and a logistic regression.

    Kittler, Hatef, Duin and Matas 1998, IEEE TPAMI 20(3), the sum rule for equal priors; for other priors the paper
    adds (1 - R) times the class's prior to the sum of R members. Uses scikit-learn's VotingClassifier, soft.
    """

    name: ClassVar[str] = "voting"
    paper: ClassVar[str] = "Kittler, Hatef, Duin and Matas 1998, IEEE TPAMI 20(3), sum rule"
    home: ClassVar[str] = "forest"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"trees": (25, 100), "C": (0.1, 1.0, 10.0)}
    trees: int = 25
    C: float = 1.0

    def __post_init__(self) -> None:
        whole("trees", self.trees)
        positive("C", self.C)

    def why_skip(self, profile: Profile) -> str | None:
        return "voting needs rows of two classes" if (profile.counts > 0).sum() < 2 else None

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        with sklearn.config_context(enable_metadata_routing=True):  # a pipeline gets weights in no other way
            model = VotingClassifier(forest_and_logistic(table, self.trees, self.C, rng), voting="soft")
            return Wrapped(model.fit(table.x, table.y, sample_weight=table.weight), table.classes, codes)
