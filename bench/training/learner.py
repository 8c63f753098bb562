"""Interface of learners: a learner is a frozen set of settings that fits a table with a strategy's hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import torch

from longtail.strategies.base import HOOKS, Model, Strategy
from longtail.strategies.table import Profile, Table

ANY = frozenset({"assemble", "resample", "row_weights", "calibrate", "decide"})
"""hooks that every learner honours"""
NETWORK = frozenset(HOOKS) - {"estimator"}
"""hooks that networks honour"""


@dataclass(frozen=True)
class Task:
    """Input of a fit beside its rows.

    `seed` and `member` set the random sequences of weights and order. `natural` is the number of rows before any
    resampling, in which the budget is measured. Checkpoints are chosen on the rows `valid`.
    """

    strategy: Strategy
    valid: Table
    seed: int
    member: int
    natural: int
    device: torch.device
    trainer: Callable[..., int] | None = None
    """replacement of `loop.train` that trains several seeds at once"""
    reference: Table | None = None
    """the cell's training rows before any resampling; None: the rows that are fitted"""


@dataclass
class Costs:
    """Costs of a fit, filled in by the learner."""

    optimiser_steps: int = 0
    unconverged: int = 0
    """number of fits that stopped at their limit of iterations"""


class Learner(Protocol):
    """Frozen dataclass whose fields are the settings; the cell's identity contains them."""

    name: ClassVar[str]
    honours: ClassVar[frozenset[str]]
    grid: ClassVar[dict[str, tuple[Any, ...]]]
    """values to try in tuning, by setting, the quickest first"""
    effort: ClassVar[tuple[str, ...]]
    """settings that set the length of training; empty for a learner that is not trained in steps"""

    quick: ClassVar[dict[str, Any]]
    """settings with which a fit takes little time, for checks of promises"""

    def seconds(self, rows: int, classes: int) -> float:
        """Estimate the core-seconds of a fit for the plan; the estimate is not part of any fingerprint."""

    def why_skip(self, profile: Profile) -> str | None:
        """Return a sentence on why it can't learn from such rows, or None."""

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        """Learn from rows that the strategy has already resampled and weighted."""


def why_not(strategy: Strategy, learner: Learner, profile: Profile) -> str | None:
    """Return a sentence on why a pair can't be fitted to such rows, or None; it is derived from hooks and fields."""
    if "estimator" in strategy.acts and learner.name != strategy.home:
        return f"{strategy.name} has an estimator of its own, so it runs only with the learner {strategy.home}"
    lacking = sorted(strategy.acts - learner.honours - {"estimator"})
    if lacking:
        return f"{learner.name} does not honour the hook {', '.join(lacking)} that {strategy.name} acts through"
    unknown = sorted(strategy.reads - profile.known)
    if unknown:
        return f"{strategy.name} reads {', '.join(unknown)}, which this dataset lacks"
    return strategy.why_not_alone() or learner.why_skip(profile) or strategy.why_skip(profile)
