"""BBN: one branch learns on the natural draw, one on the reversed draw, and the weight moves to the second."""

from dataclasses import dataclass
from typing import ClassVar, cast, final

import torch
from torch import Tensor, nn

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Batch, Losses, Moment, Net, redrawn
from longtail.strategies.table import Profile


class Branches(nn.Module):
    """Two heads with one hidden layer each; new rows are scored by the mean of their logits."""

    def __init__(self, width: int, classes: int, source: torch.Generator) -> None:
        super().__init__()
        branch = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, classes))
        self.natural, self.reverse = redrawn(branch, source), redrawn(branch, source)

    def forward(self, h: Tensor) -> Tensor:
        logits: Tensor = (self.natural(h) + self.reverse(h)) / 2
        return logits


@final
@dataclass(frozen=True)
class Bbn(Strategy):
    """Mix the logits and the losses of a natural and a reversed row by alpha and 1 - alpha, with alpha = 1 - (done)^2.

    Zhou et al. 2020, CVPR, cumulative learning: the reversed draw takes classes in proportion to 1 / n_k, and both
    labels share the loss as the logits do.
    """

    name: ClassVar[str] = "bbn"
    paper: ClassVar[str] = "Zhou et al. 2020, CVPR, cumulative learning"
    claims: ClassVar[frozenset[str]] = frozenset({"head", "labels"})

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    @property
    def settled(self) -> float:
        # from here on the reversed branch has a weight of two thirds; earlier checkpoints have hardly seen it
        return 0.8

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        # NOTE[DIFF] branches of one hidden layer after the body, where the paper splits off the last residual block
        net.head = Branches(net.width, classes, source)
        return net

    def partner(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, -1.0)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        if batch.other is not None:
            raise ValueError("bbn must be the only strategy that pairs rows, and another has already paired them")
        return batch._replace(other=other, share=torch.full_like(batch.weight, 1 - at.fraction**2))

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        if batch.other is None:
            raise ValueError("bbn needs rows of the reversed draw, and its `augment` has not run")
        alpha, head = 1 - at.fraction**2, cast(Branches, net.head)
        natural = head.natural(net.features(batch._replace(other=None)))
        reverse = head.reverse(net.features(batch.other))
        return losses(alpha * natural + (1 - alpha) * reverse, batch)

    def shift(self, trained: Profile) -> None:
        """Return None: the mean of both branches refers to priors between the natural and the reversed ones."""
