"""Gradient-boosted trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sklearn.ensemble import HistGradientBoostingClassifier

from longtail.bench.learners.base import ANY, Costs, Task
from longtail.bench.learners.features import Hashed, wrapped
from longtail.bench.seeds import seed_for
from longtail.strategies.base import Model
from longtail.strategies.models import codes
from longtail.strategies.table import Profile, Table

MOST_CLASSES = 10


@final
@dataclass(frozen=True)
class Gbdt:
    """Histogram boosting with native categories up to 255 codes and hashing above.

    Native splits sort codes by their labels, which overfits where clicks are few: `native` off, they are cut by code,
    their rank by frequency, as numbers are.

    It never stops early: on validation rows at natural priors that would stop every rebalanced fit too soon, so
    iterations are tuned for the baseline instead.
    """

    name: ClassVar[str] = "gbdt"
    honours: ClassVar[frozenset[str]] = ANY
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "native": (True, False),
        "rate": (0.1, 0.03),
        "leaves": (7, 31),
        "leaf": (100, 20),
        "iterations": (50, 100, 200),
    }
    effort: ClassVar[tuple[str, ...]] = ("iterations",)

    rate: float = 0.1
    iterations: int = 100
    leaves: int = 31
    leaf: int = 20
    """rows that a leaf must have"""
    penalty: float = 0.0
    """L2, on the values of leaves"""
    native: bool = True
    """categories as sets of codes; else by code"""

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.penalty < 0:
            raise ValueError(f"rate must be above 0 and penalty not below, got {self.rate} and {self.penalty}")
        if self.iterations < 1 or self.leaves < 2 or self.leaf < 1:
            raise ValueError("iterations and leaf must be 1 or more, leaves 2 or more")

    def why_skip(self, profile: Profile) -> str | None:
        if profile.classes <= MOST_CLASSES:
            return None
        return (
            f"gbdt grows one tree a class in every iteration, so it is run up to {MOST_CLASSES} classes;"
            f" these rows have {profile.classes}"
        )

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        seed = int(seed_for(task.seed, "weights", task.member).generate_state(1)[0])
        classifier = HistGradientBoostingClassifier(
            learning_rate=self.rate,
            max_iter=self.iterations,
            max_leaf_nodes=self.leaves,
            min_samples_leaf=self.leaf,
            l2_regularization=self.penalty,
            categorical_features=table.categorical if self.native and table.categorical.any() else None,
            early_stopping=False,
            random_state=seed,
        )
        costs.optimiser_steps += self.iterations
        return wrapped(classifier, table, Hashed() if self.native else codes)
