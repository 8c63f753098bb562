"""Stacking: a logistic regression over the probabilities of a forest and a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import sklearn
from sklearn.ensemble import StackingClassifier

from longtail.strategies.base import Model, Strategy
from longtail.strategies.mechanisms.forest_and_logistic import forest_and_logistic, logistic
from longtail.strategies.models import Wrapped, codes
from longtail.strategies.rules import positive, whole
from longtail.strategies.table import Ints, Profile, Table


@final
@dataclass(frozen=True)
class Stacking(Strategy):
    """Learn to combine a forest and a logistic regression from their out-of-fold probabilities.

    Wolpert 1992, Neural Networks 5(2), on probabilities as in Ting and Witten 1999, JAIR 10. Uses scikit-learn's
    StackingClassifier. Folds are stratified; the row of a class with only one row is also trained on in its own fold,
    as otherwise the models of that fold would lack the class.
    """

    name: ClassVar[str] = "stacking"
    paper: ClassVar[str] = "Wolpert 1992, Neural Networks 5(2)"
    home: ClassVar[str] = "forest"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"trees": (25, 100), "C": (0.1, 1.0, 10.0)}
    trees: int = 25
    C: float = 1.0
    folds: int = 3  # NOTE[DIFF] the papers hold out one row or a tenth in turn; thirds cost a quarter of the latter

    def __post_init__(self) -> None:
        whole("trees", self.trees)
        positive("C", self.C)
        whole("folds", self.folds, 2)

    def why_skip(self, profile: Profile) -> str | None:
        if (profile.counts > 0).sum() < 2:
            return "stacking needs rows of two classes"
        if profile.counts.sum() < self.folds:
            return f"stacking in {self.folds} folds needs as many rows, and there are {profile.counts.sum()}"
        return None

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        folds = stratified(table.y, self.folds, rng)
        with sklearn.config_context(enable_metadata_routing=True):  # a pipeline gets weights in no other way
            parts = forest_and_logistic(table, self.trees, self.C, rng)
            model = StackingClassifier(parts, logistic(), cv=folds, stack_method="predict_proba")
            return Wrapped(model.fit(table.x, table.y, sample_weight=table.weight), table.classes, codes)


def stratified(y: Ints, folds: int, rng: np.random.Generator) -> list[tuple[Ints, Ints]]:
    """Deal the rows of each class over the folds in turn; return positions to train on and held out, per fold."""
    mixed = rng.permutation(len(y))
    fold = np.empty(len(y), np.int64)
    fold[mixed[np.argsort(y[mixed], kind="stable")]] = np.arange(len(y)) % folds
    single = np.bincount(y)[y] == 1
    return [(np.flatnonzero((fold != f) | single), np.flatnonzero(fold == f)) for f in range(folds)]
