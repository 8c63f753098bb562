"""From another market: features are learnt on a larger market and fine-tuned on the target market."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from longtail.strategies.base import Strategy, Train
from longtail.strategies.mechanisms.finetuning import TUNINGS, Tuning, finetuned, pretrained
from longtail.strategies.network import Net, linear
from longtail.strategies.rules import among, inside
from longtail.strategies.table import Table


@final
@dataclass(frozen=True)
class FromAnotherMarket(Strategy):
    """Learn on the source market's rows for `share` of the budget, then with a new head on the target market.

    Yosinski et al. 2014, NeurIPS, section 2: transfer from a base to a target task. Both markets have the same columns,
    encoded as in the target market; their classes may differ. `tuning` full trains everything, frozen the head alone,
    gradual the head, then also the body, then everything.
    """

    name: ClassVar[str] = "from-another-market"
    paper: ClassVar[str] = "Yosinski et al. 2014, NeurIPS, section 2"
    reads: ClassVar[frozenset[str]] = frozenset({"source"})
    claims: ClassVar[frozenset[str]] = frozenset({"head"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"tuning": TUNINGS, "share": (0.3, 0.5, 0.7)}
    tuning: Tuning = "full"
    share: float = 0.5

    def __post_init__(self) -> None:
        among("tuning", self.tuning, TUNINGS)
        inside("share", self.share)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        market = table.source
        if market is None:
            raise ValueError(f"{self.name} needs rows of a source market, and there are none")
        net = pretrained(net, train, market, Strategy(), linear(net.width, market.classes, source), self.share)
        return finetuned(net, train, self.tuning, 1 - self.share)
