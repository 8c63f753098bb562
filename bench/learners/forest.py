"""Random forest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sklearn.ensemble import RandomForestClassifier

from longtail.bench.seeds import seed_for
from longtail.bench.training.features import wrapped
from longtail.bench.training.learner import ANY, Costs, Task
from longtail.strategies.base import Model
from longtail.strategies.models import codes
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class Forest:
    """Trees on bootstrapped rows; a split considers sqrt(columns) random columns (Breiman 2001, Machine Learning).

    Categories are split by code, which is their rank by frequency.
    """

    name: ClassVar[str] = "forest"
    honours: ClassVar[frozenset[str]] = ANY
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"leaf": (80, 20, 5, 1)}
    effort: ClassVar[tuple[str, ...]] = ("trees",)
    quick: ClassVar[dict[str, Any]] = {"trees": 5}

    trees: int = 100
    leaf: int = 5
    """least number of rows in a leaf"""

    def __post_init__(self) -> None:
        if self.trees < 1 or self.leaf < 1:
            raise ValueError(f"trees and leaf must be 1 or more, got {self.trees} and {self.leaf}")

    def why_skip(self, profile: Profile) -> str | None:
        return None

    def seconds(self, rows: int, classes: int) -> float:
        # measured on one core: 24 s for 100 trees at 40,000 rows
        return 6e-6 * rows * self.trees

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        seed = int(seed_for(task.seed, "weights", task.member).generate_state(1)[0])
        classifier = RandomForestClassifier(self.trees, min_samples_leaf=self.leaf, n_jobs=1, random_state=seed)
        return wrapped(classifier, table, codes)
