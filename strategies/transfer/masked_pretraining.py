"""Masked pre-training: features are first learnt by restoring masked cells, without labels."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.mechanisms.exchanged_cells import exchanged, shuffled, width
from longtail.strategies.mechanisms.finetuning import TUNINGS, Tuning, finetuned, pretrained, projector
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import among, inside, positive
from longtail.strategies.table import Table


@final
@dataclass(frozen=True)
class MaskedPretraining(Strategy):
    """Learn features without labels for `share` of the budget, by restoring masked columns, then the task.

    Yoon, Zhang, Jordon and van der Schaar 2020, NeurIPS, section 4.1 (VIME): each cell is drawn from its column's
    marginal with probability `mask`. Two heads predict the masked cells and their original values; the second is
    weighted by `alpha`. Numbers have the squared error, codes the cross-entropy. Beside another augmentation it must be
    the last part.
    """

    name: ClassVar[str] = "masked-pretraining"
    paper: ClassVar[str] = "Yoon, Zhang, Jordon and van der Schaar 2020, NeurIPS, section 4.1"
    claims: ClassVar[frozenset[str]] = frozenset({"objective"})
    last: ClassVar[frozenset[str]] = frozenset({"augment"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"share": (0.2, 0.4), "mask": (0.15, 0.3, 0.5), "tuning": TUNINGS}
    share: float = 0.3
    mask: float = 0.3
    alpha: float = 2.0
    tuning: Tuning = "full"

    def __post_init__(self) -> None:
        inside("share", self.share)
        inside("mask", self.mask)
        positive("alpha", self.alpha)
        among("tuning", self.tuning, TUNINGS)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        codes = tuple(size for size in table.cardinalities if size)
        columns = len(table.cardinalities)
        head = projector(net.width, columns + columns - len(codes) + sum(codes), source)
        net = pretrained(net, train, table, Restoring(codes, self.mask, self.alpha), head, self.share)
        return finetuned(net, train, self.tuning, 1 - self.share)


@final
@dataclass(frozen=True)
class Restoring(Strategy):
    """Predict the masked cells and their original values, as the first stage; `codes` are cardinalities."""

    codes: tuple[int, ...] = ()
    mask: float = 0.3
    alpha: float = 2.0

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        masked = at.rng.uniform(len(batch.y), width(batch)) < self.mask
        x = exchanged(batch, shuffled(other, at.rng), masked)
        return batch._replace(x=x, other=batch, blend=None, share=None)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        if batch.other is None:
            return losses(net(batch), batch)
        numbers, columns = batch.x[0].shape[1], width(batch)
        out = net(batch._replace(other=None))
        whether, what, which = torch.split(out, [columns, numbers, sum(self.codes)], 1)
        # a cell whose drawn value equals its own is not masked
        masked = torch.cat([a != b for a, b in zip(batch.x, batch.other.x, strict=True)], 1)
        told = F.binary_cross_entropy_with_logits(whether, masked.to(whether), reduction="none").mean(1)
        lost = (what - batch.other.x[0]).square().sum(1)
        for logits, code in zip(torch.split(which, list(self.codes), 1), batch.other.x[1].T, strict=True):
            lost = lost - logits.log_softmax(1).gather(1, code[:, None])[:, 0]
        return told + self.alpha * lost / columns
