"""Single decision tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from sklearn.tree import DecisionTreeClassifier

from longtail.bench.seeds import seed_for
from longtail.bench.training.features import wrapped
from longtail.bench.training.learner import ANY, Costs, Task
from longtail.strategies.base import Model
from longtail.strategies.models import codes
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class Tree:
    """CART tree by entropy; categories are split by code, their rank by frequency. Depth 0 means no limit."""

    name: ClassVar[str] = "tree"
    honours: ClassVar[frozenset[str]] = ANY
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"depth": (4, 8, 0), "leaf": (80, 20, 5)}
    effort: ClassVar[tuple[str, ...]] = ()
    quick: ClassVar[dict[str, Any]] = {}

    depth: int = 8
    leaf: int = 20
    """least number of rows in a leaf"""

    def __post_init__(self) -> None:
        if self.depth < 0 or self.leaf < 1:
            raise ValueError(f"depth must be 0 or more and leaf 1 or more, got {self.depth} and {self.leaf}")

    def why_skip(self, profile: Profile) -> str | None:
        return None

    def seconds(self, rows: int, classes: int) -> float:
        return 1e-5 * rows

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        seed = int(seed_for(task.seed, "weights", task.member).generate_state(1)[0])
        classifier = DecisionTreeClassifier(
            criterion="log_loss", max_depth=self.depth or None, min_samples_leaf=self.leaf, random_state=seed
        )
        return wrapped(classifier, table, codes)
