"""What a learner is: a frozen set of settings that fits a table under a strategy's hooks."""

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
    """What a fit is given beside its rows.

    `seed` and `member` give the sequences of weights and order, `natural` counts the rows before any resampling (the
    budget is measured in them), `valid` are the rows that checkpoints are chosen on.
    """

    strategy: Strategy
    valid: Table
    seed: int
    member: int
    natural: int
    device: torch.device
    trainer: Callable[..., int] | None = None
    """in place of `loop.train`: several seeds at once"""


@dataclass
class Costs:
    """What a fit has used, filled by the learner."""

    optimiser_steps: int = 0
    unconverged: int = 0
    """fits that stopped at their limit of iterations"""


class Learner(Protocol):
    """A frozen dataclass: its fields are the settings, stored in the cell's identity."""

    name: ClassVar[str]
    honours: ClassVar[frozenset[str]]
    grid: ClassVar[dict[str, tuple[Any, ...]]]
    """values worth tuning, by setting, the quickest first"""
    effort: ClassVar[tuple[str, ...]]
    """settings that say how long it is trained; empty: it is not trained in steps"""

    def seconds(self, rows: int, classes: int) -> float:
        """Estimate the core-seconds of a fit, for the plan; part of no fingerprint."""

    def why_skip(self, profile: Profile) -> str | None:
        """Say in a sentence why it can't learn from such rows, or None."""

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        """Learn from rows that the strategy has already resampled and weighted."""


def why_not(strategy: Strategy, learner: Learner, profile: Profile) -> str | None:
    """Say why a pair is not applicable to such training rows, or None; derived from hooks and fields, never listed."""
    if "estimator" in strategy.acts and learner.name != strategy.home:
        return f"{strategy.name} brings its own estimator and stands with the learner {strategy.home}"
    lacking = sorted(strategy.acts - learner.honours - {"estimator"})
    if lacking:
        return f"{learner.name} does not honour the hook {', '.join(lacking)} that {strategy.name} acts through"
    unknown = sorted(strategy.reads - profile.known)
    if unknown:
        return f"{strategy.name} reads {', '.join(unknown)}, which this dataset lacks"
    return strategy.why_not_alone() or learner.why_skip(profile) or strategy.why_skip(profile)
