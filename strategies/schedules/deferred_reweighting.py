"""Deferred re-weighting: plain training first, weights for rare classes at the end."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import effective_weights, why_not_uneven
from longtail.strategies.network import Moment, balanced
from longtail.strategies.rules import fraction, inside
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class DeferredReweighting(Strategy):
    """Train without weights until `switch` of the budget is done, then with effective-number weights.

    Cao et al. 2019, NeurIPS, algorithm 1 (switch at 160 of 200 epochs), with the weights of Cui et al. 2019, CVPR: (1 -
    beta) / (1 - beta^n_k), beta .9999.
    """

    name: ClassVar[str] = "deferred-reweighting"
    paper: ClassVar[str] = "Cao et al. 2019, NeurIPS, algorithm 1"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"beta": (0.99, 0.999, 0.9999), "switch": (0.5, 0.65, 0.8, 0.9)}
    beta: float = 0.9999
    switch: float = 0.8

    def __post_init__(self) -> None:
        inside("beta", self.beta)
        fraction("switch", self.switch)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    @property
    def settled(self) -> float:
        return self.switch

    def class_weights(self, at: Moment) -> Tensor | None:
        # NOTE[DIFF] the learning rate does not drop at the switch, as the optimiser belongs to the learner
        # NOTE[DIFF] mean 1 over training rows, where the authors' code divides by the weights of the batch
        return None if at.fraction < self.switch else balanced(effective_weights(at.counts, self.beta), at.counts)

    def shift(self, trained: Profile) -> Doubles | None:
        # the last phase is too short for the logits to reach the weighted priors
        return None
