"""SCARF pre-training: features are first learnt by matching rows with their corrupted copies, without labels."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.augmentation.scarf_corruption import chosen, why_not_corrupted
from longtail.strategies.base import Strategy, Train
from longtail.strategies.mechanisms.exchanged_cells import exchanged, shuffled
from longtail.strategies.mechanisms.finetuning import TUNINGS, Tuning, finetuned, pretrained, projector
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import among, inside, positive
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class ScarfPretraining(Strategy):
    """Learn features without labels for `share` of the budget, by contrasting rows with corrupted rows, then the task.

    Bahri, Jiang, Tay and Metzler 2022, ICLR, algorithm 1: floor(`corruption` d) columns of each row are drawn from
    their marginals; the loss is InfoNCE of cosines at `temperature`, behind a projection that is discarded. Beside
    another augmentation it must be the last part.
    """

    name: ClassVar[str] = "scarf-pretraining"
    paper: ClassVar[str] = "Bahri, Jiang, Tay and Metzler 2022, ICLR, algorithm 1"
    claims: ClassVar[frozenset[str]] = frozenset({"objective"})
    last: ClassVar[frozenset[str]] = frozenset({"augment"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"share": (0.2, 0.4), "corruption": (0.3, 0.6), "tuning": TUNINGS}
    share: float = 0.3
    corruption: float = 0.6
    temperature: float = 1.0
    tuning: Tuning = "full"

    def __post_init__(self) -> None:
        inside("share", self.share)
        inside("corruption", self.corruption)
        positive("temperature", self.temperature)
        among("tuning", self.tuning, TUNINGS)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_corrupted(profile)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        contrast = Contrast(self.corruption, self.temperature)
        net = pretrained(net, train, table, contrast, projector(net.width, net.width, source), self.share)
        return finetuned(net, train, self.tuning, 1 - self.share)


@final
@dataclass(frozen=True)
class Contrast(Strategy):
    """Find each row's corrupted copy among those of the batch, as the first stage."""

    corruption: float = 0.6
    temperature: float = 1.0

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        view = exchanged(batch, shuffled(other, at.rng), chosen(batch, self.corruption, at))
        own = batch._replace(other=None, blend=None, share=None)
        return own._replace(other=own._replace(x=view))

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        if batch.other is None:
            return losses(net(batch), batch)
        own, view = (F.normalize(net.head(net.features(rows)), dim=-1) for rows in (batch, batch.other))
        cosines = own @ view.T / self.temperature
        return cosines.logsumexp(1) - cosines.diagonal()
