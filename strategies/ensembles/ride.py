"""RIDE: experts over shared features, each with its own loss and pushed away from their mean."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.experts import with_experts
from longtail.strategies.network import Moment, Net
from longtail.strategies.rules import fraction, positive, whole
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class Ride(Strategy):
    """Train experts side by side: each classifies by itself, and divergence from their mean is rewarded.

    Wang et al. 2021, ICLR, first stage, as in the authors' code: individual losses, and a diversity term whose
    temperature, after `switch` of the budget, is lower for rarer classes. Logits are averaged. The second stage, a
    router that skips experts to save time, is left out: it gains speed, not accuracy.
    """

    name: ClassVar[str] = "ride"
    paper: ClassVar[str] = "Wang et al. 2021, ICLR, first stage"
    claims: ClassVar[frozenset[str]] = frozenset({"head", "logits"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"experts": (2, 3, 4), "diversity": (0.1, 0.2, 0.45)}
    experts: int = 3
    diversity: float = 0.2
    reweight: float = 0.05
    """share of the temperature that follows class frequencies"""
    switch: float = 0.8

    def __post_init__(self) -> None:
        whole("experts", self.experts, 2)
        positive("diversity", self.diversity)
        fraction("reweight", self.reweight)
        fraction("switch", self.switch)

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        # NOTE[DIFF] experts are as wide as the learner's layers; the authors' experts have a quarter fewer channels
        return with_experts(net, self.experts, source)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        # NOTE[DIFF] cross-entropy, where the paper's best results use the LDAM loss
        own = -logits.log_softmax(-1)[torch.arange(len(y), device=y.device), :, y].sum(-1)
        heat = self.temperature(at)
        log_p = (logits / heat).log_softmax(-1)
        # NOTE[DIFF] divergence from the fixed mean, as in the authors' code; the paper has that of each pair
        mean = (logits.mean(-2, keepdim=True) / heat).softmax(-1).detach()
        apart = (mean * (mean.clamp_min(1e-30).log() - log_p)).sum((-2, -1))
        return own - self.diversity * heat.mean() ** 2 * apart

    def temperature(self, at: Moment) -> Tensor:
        """Return the temperature of the diversity term, (K,): from `switch` on, lower for rarer classes; at most 1."""
        if at.fraction < self.switch:
            return torch.ones_like(at.counts)
        heat = len(at.counts) * at.counts / at.counts.sum() * self.reweight + 1 - self.reweight
        return heat / heat.max()

    def shift(self, trained: Profile) -> Doubles | None:
        # with temperatures by class the diversity term moves the optimum, and no formula gives the new one
        return None
