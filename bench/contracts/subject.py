"""Strategy to be checked: with short fits, a learner that suits it, and each fit done once."""

from __future__ import annotations

import dataclasses
from functools import cache, cached_property

import torch

from longtail.bench.contracts.row_shapes import rows_of
from longtail.bench.errors import NotApplicable
from longtail.bench.registry import learner_named
from longtail.bench.training.fitting import Fitted, fit_tables
from longtail.bench.training.learner import ANY, Learner
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table

CPU = torch.device("cpu")
COSTLY = {"members": 3, "trees": 5, "steps": 5, "rounds": 2, "epochs": 3}
"""parameters that cost time and matter for no promise, with the values that they are set to"""


class Subject:
    """Strategy class with the results of its fits; `learner` is the one to fit with, by default its usual one."""

    def __init__(self, kind: type[Strategy], learner: str = "") -> None:
        self.kind, self.asked = kind, learner
        self._kept: dict[str, Fitted | str] = {}

    @cached_property
    def strategy(self) -> Strategy:
        """Return the strategy at its defaults, except for parameters that cost time."""
        fields = {field.name for field in dataclasses.fields(self.kind)}
        return self.kind(**{key: value for key, value in COSTLY.items() if key in fields})

    @cached_property
    def learner(self) -> str:
        """Return the name of the learner with which it is fitted."""
        return self.asked or usual_learner(self.strategy)

    def fit(self, train: Table, valid: Table, strategy: Strategy | None = None) -> Fitted:
        """Fit on the rows given; raises NotApplicable or TrainingError as a cell would."""
        return fit_tables(strategy or self.strategy, quick_learner(self.learner), train, valid, 0, CPU)

    def result(self, shape: str) -> Fitted | str:
        """Return the fit on rows of a shape, or the sentence that says why it is not applicable."""
        if shape not in self._kept:
            self._kept[shape] = self.tried(shape)
        return self._kept[shape]

    def tried(self, shape: str, strategy: Strategy | None = None) -> Fitted | str:
        """Return the same as `result` from a new fit, of another strategy if one is given."""
        try:
            return self.fit(*rows_of(shape), strategy)
        except NotApplicable as skipped:
            return str(skipped)

    @property
    def where_it_runs(self) -> tuple[str, Fitted]:
        """Return the first shape, of many classes and two classes, on which it is applicable, with its fit there.

        Raises NotApplicable where it is applicable to neither.
        """
        for shape in ("many classes", "two classes"):
            if isinstance(found := self.result(shape), Fitted):
                return shape, found
        raise NotApplicable(f"not applicable to many classes or to two: {self.result('two classes')}")


def usual_learner(strategy: Strategy) -> str:
    """Return the usual learner of a strategy: its home learner, `mlp` if it acts inside networks, else `logistic`."""
    if "estimator" in strategy.acts:
        return strategy.home
    return "mlp" if strategy.acts - ANY else "logistic"


def quick_learner(text: str) -> Learner:
    """Return a learner with its own settings that make fits short, and over them those in the text."""
    return learner_named(text, type(learner_named(text)).quick)


@cache
def plain(learner: str, shape: str) -> Fitted:
    """Return the fit of a learner without a strategy on rows of a shape."""
    return fit_tables(Strategy(), quick_learner(learner), *rows_of(shape), 0, CPU)
