"""Pre-train and fine-tune: features from frequent rows, then a new head on a balanced draw."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.frequencies import powered_draw
from longtail.strategies.mechanisms.finetuning import TUNINGS, Tuning, finetuned
from longtail.strategies.network import Moment, Net, redrawn
from longtail.strategies.rules import among, inside
from longtail.strategies.table import Ints, Profile, Table


@final
@dataclass(frozen=True)
class PretrainFinetune(Strategy):
    """Learn features for `share` of the budget on the natural draw, then fine-tune with a new head on a balanced draw.

    Yosinski et al. 2014, NeurIPS, section 2. `on` is all, or head for only the head classes (the most frequent that
    hold half of the rows, two or more). `tuning` full trains everything, frozen the head alone, gradual the head, then
    also the body, then everything. With `on` all and `tuning` frozen it is cRT (Kang et al. 2020, ICLR).
    """

    name: ClassVar[str] = "pretrain-finetune"
    paper: ClassVar[str] = "Yosinski et al. 2014, NeurIPS, section 2"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "on": ("all", "head"),
        "tuning": TUNINGS,
        "share": (0.4, 0.6, 0.8),
    }
    on: Literal["all", "head"] = "all"
    tuning: Tuning = "full"
    share: float = 0.6

    def __post_init__(self) -> None:
        among("on", self.on, ("all", "head"))
        among("tuning", self.tuning, TUNINGS)
        inside("share", self.share)

    def why_skip(self, profile: Profile) -> str | None:
        classes = int((profile.counts > 0).sum())
        if self.on == "all" or classes > 2:
            return None
        return f"learning on head classes needs three classes with rows, and there are {classes}"

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        # NOTE[DIFF] one set of rows, where the paper transfers between two; the second task is a balanced draw
        first = None if self.on == "all" else table.take(np.isin(table.y, head_classes(table.counts)))
        net = train(net, table=first, using=Strategy(), share=self.share)
        net.head = redrawn(net.head, source)
        return finetuned(net, train, self.tuning, 1 - self.share)

    def draw(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, 0.0)


def head_classes(counts: Ints) -> Ints:
    """Return the most frequent classes that hold at least half of the rows, two or more."""
    order = np.argsort(-counts, kind="stable")
    return order[: max(2, 1 + int(np.searchsorted(np.cumsum(counts[order]), counts.sum() / 2)))]
