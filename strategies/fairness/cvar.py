"""CVaR: only the rows with the greatest losses count."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import inside
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class Cvar(Strategy):
    """Minimise the mean loss of the share `alpha` of a batch's rows that have the greatest losses.

    Levy et al. 2020, NeurIPS: the mini-batch estimate of the conditional value at risk, the least over t of t plus the
    mean of max(loss - t, 0) / alpha (Rockafellar and Uryasev 2000). It is robust to every group that has at least the
    share `alpha` of the rows, known or not.
    """

    name: ClassVar[str] = "cvar"
    paper: ClassVar[str] = "Levy et al. 2020, NeurIPS, mini-batch estimate of CVaR"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.05, 0.1, 0.2, 0.5)}
    alpha: float = 0.2

    def __post_init__(self) -> None:
        inside("alpha", self.alpha)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        rows = losses(net(batch), batch)
        count = math.ceil(self.alpha * len(rows))
        bar = rows.detach().topk(count).values[-1]
        above, ties = (rows.detach() > bar).to(rows), (rows.detach() == bar).to(rows)
        # rows exactly at the bar share the rest of the count
        kept = above + ties * (count - above.sum()) / ties.sum()
        return rows * kept * (len(rows) / count)

    def shift(self, trained: Profile) -> None:
        # the rows that count are only known during training
        return None
