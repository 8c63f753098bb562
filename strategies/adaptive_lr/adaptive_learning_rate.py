"""Adaptive learning rate: longer steps for rarer classes."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np
import torch

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Batch, Moment, Params, balanced
from longtail.strategies.rules import among, flag, share
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class AdaptiveLearningRate(Strategy):
    """Multiply steps by factors in proportion to n_k^-power, with mean 1, so that the overall step size stays.

    Kukar and Kononenko 1998, ECAI, "adapting the learning rate". `scope` batch: the whole step has the mean factor of
    the batch's rows, 1 on average over training rows; the effect fades as batches grow. `scope` output: each class's
    row of the head has its own factor, 1 on average over outputs. `blind` is the control: the same factors, but of
    randomly drawn classes, or dealt to outputs at random in each step.
    """

    name: ClassVar[str] = "adaptive-learning-rate"
    paper: ClassVar[str] = "Kukar and Kononenko 1998, ECAI, adapting the learning rate"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"power": (0.25, 0.5, 1.0), "scope": ("batch", "output")}
    power: float = 1.0
    scope: Literal["batch", "output"] = "batch"
    blind: bool = False

    def __post_init__(self) -> None:
        share("power", self.power)
        among("scope", self.scope, ("batch", "output"))
        flag("blind", self.blind)

    def why_skip(self, profile: Profile) -> str | None:
        if self.scope == "output" and profile.classes == 2:
            return "with two outputs only their difference matters, and factors of mean 1 do not change its steps"
        return why_not_uneven(profile)

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        # NOTE[DIFF] frequencies instead of misclassification costs; mean 1, where the paper's largest factor is 1
        factors = at.counts.clamp_min(1) ** -self.power
        if self.scope == "batch":
            y = at.rng.classes(at.counts, len(batch.y)) if self.blind else batch.y
            return dict.fromkeys(params, balanced(factors, at.counts)[y].mean())
        factors = factors / factors.mean()
        if self.blind:
            factors = factors[torch.argsort(at.rng.uniform(len(factors)))]
        outputs = {name: p for name, p in params.items() if name.startswith("head.") and p.shape[0] == len(factors)}
        return {name: factors.reshape(-1, *[1] * (p.ndim - 1)) for name, p in outputs.items()}

    def shift(self, trained: Profile) -> Doubles | None:
        # factors of outputs do not move the minimum; those of batches move it by factor / batch size; the blind control
        # is treated as the strategy that it controls
        return None if self.scope == "batch" else np.ones(trained.classes)
