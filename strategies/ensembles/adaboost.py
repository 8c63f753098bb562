"""AdaBoost: a sequence of small trees, each on rows weighted by the errors of those before."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.strategies.base import Model, Strategy
from longtail.strategies.models import Wrapped, codes
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Doubles, Profile, Table


@final
@dataclass(frozen=True)
class AdaBoost(Strategy):
    """Boost small trees: misclassified rows weigh more for the next tree, and better trees have more weight.

    Freund and Schapire 1997, JCSS 55(1), for many classes by SAMME: Zhu, Zou, Rosset and Hastie 2009, Statistics and
    Its Interface 2(3), algorithm 2. Uses scikit-learn's AdaBoostClassifier; categories are split by code, as in the
    learner tree.
    """

    name: ClassVar[str] = "adaboost"
    paper: ClassVar[str] = "Zhu, Zou, Rosset and Hastie 2009, Statistics and Its Interface 2(3), algorithm 2"
    home: ClassVar[str] = "tree"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"leaves": (2, 8, 32), "learning_rate": (0.1, 0.5, 1.0)}
    members: int = 25  # NOTE[DIFF] up to 600 in the paper; all ensembles here have 25
    leaves: int = 8
    learning_rate: float = 1.0

    def __post_init__(self) -> None:
        whole("members", self.members)
        whole("leaves", self.leaves, 2)
        positive("learning_rate", self.learning_rate)

    def why_skip(self, profile: Profile) -> str | None:
        return "boosting needs rows of two classes" if (profile.counts > 0).sum() < 2 else None

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        model = AdaBoostClassifier(
            DecisionTreeClassifier(max_leaf_nodes=self.leaves),
            n_estimators=self.members,
            learning_rate=self.learning_rate,
            random_state=int(rng.integers(2**31)),
        )
        return Wrapped(model.fit(table.x, table.y, table.weight), table.classes, codes)

    def shift(self, trained: Profile) -> Doubles | None:
        return None  # votes are not probabilities and refer to no priors
