"""Decoupled training: features from the natural draw, then the head alone on a balanced draw."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np
import torch
from torch import Tensor, nn

from longtail.strategies.base import Strategy, Train
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Moment, Net, redrawn
from longtail.strategies.rules import among, inside
from longtail.strategies.table import Doubles, Profile, Table


class ScaledHead(nn.Module):
    """A head whose logits are multiplied by one number per class."""

    def __init__(self, head: nn.Module, classes: int) -> None:
        super().__init__()
        device = next(head.parameters()).device
        self.plain, self.scales = head, nn.Parameter(torch.ones(classes, device=device))

    def forward(self, h: Tensor) -> Tensor:
        logits: Tensor = self.plain(h) * self.scales
        return logits


@final
@dataclass(frozen=True)
class DecoupledTraining(Strategy):
    """Train the network for `share` of the budget on the natural draw, then only the classifier on balanced batches.

    Kang et al. 2020, ICLR: `classifier` crt trains a new head (cRT); lws keeps the head and learns one scale per
    class's logit (LWS, equation 4: f_k w_k). A fifth of the budget is left to the second stage: with a tenth, as in the
    paper, a new head has not converged (10 generated classes, 500 steps: macro AP .405 instead of .424).
    """

    name: ClassVar[str] = "decoupled-training"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, cRT and LWS"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"classifier": ("crt", "lws"), "share": (0.6, 0.8, 0.9)}
    classifier: Literal["crt", "lws"] = "crt"
    share: float = 0.8

    def __post_init__(self) -> None:
        among("classifier", self.classifier, ("crt", "lws"))
        inside("share", self.share)

    @property
    def claims(self) -> frozenset[str]:  # type: ignore[override] # follows from the classifier
        return frozenset({"head"} if self.classifier == "lws" else ())

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        net = train(net, using=Strategy(), share=self.share)
        if self.classifier == "crt":
            net.head, only = renewed(net.head, source), "head."
        else:
            # NOTE[DIFF] the bias is scaled with the weights; the paper's head has no bias
            net.head, only = ScaledHead(net.head, table.classes), "head.scales"
        return train(net, only=only, share=1 - self.share)

    def draw(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, 0.0)

    def shift(self, trained: Profile) -> Doubles | None:
        # scales can't move a class's prior; a new head refers to the priors of its draw
        if self.classifier == "lws":
            return None
        there = trained.counts > 0
        return np.where(there, trained.counts.sum() / (there.sum() * trained.counts.clip(1)), 0.0)


def renewed(head: nn.Module, source: torch.Generator) -> nn.Module:
    """Return an untrained head: zero weights where it is linear, else newly drawn ones."""
    fresh = redrawn(head, source)
    # NOTE[DIFF] the paper draws a random head; on fixed features the loss is convex, so a random start only costs steps
    if isinstance(fresh, nn.Linear):
        nn.init.zeros_(fresh.weight)
    return fresh
