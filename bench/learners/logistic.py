"""Logistic regression on scaled numbers and one-hot categories."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from longtail.bench.training.features import indicators, wrapped
from longtail.bench.training.learner import ANY, Costs, Task
from longtail.strategies.base import Model
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class Logistic:
    """Multinomial logistic regression by L-BFGS, with an L2 penalty of strength 1/C.

    A fit that reaches `iterations` counts as unconverged in the costs; its scores are still used.
    """

    name: ClassVar[str] = "logistic"
    honours: ClassVar[frozenset[str]] = ANY
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"C": (0.01, 0.1, 1.0, 10.0)}
    effort: ClassVar[tuple[str, ...]] = ("iterations",)
    quick: ClassVar[dict[str, Any]] = {}

    C: float = 1.0
    iterations: int = 300

    def __post_init__(self) -> None:
        if self.C <= 0:
            raise ValueError(f"C must be above 0, got {self.C}")
        if self.iterations < 1:
            raise ValueError(f"iterations must be 1 or more, got {self.iterations}")

    def why_skip(self, profile: Profile) -> str | None:
        return None

    def seconds(self, rows: int, classes: int) -> float:
        return 2e-5 * rows * math.sqrt(classes)

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        classifier = LogisticRegression(C=self.C, max_iter=self.iterations)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = wrapped(classifier, table, indicators)
        for warning in caught:
            if issubclass(warning.category, ConvergenceWarning):
                costs.unconverged += 1
            else:
                warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        costs.optimiser_steps += int(np.max(getattr(classifier, "n_iter_", 0)))
        return model
