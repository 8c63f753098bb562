"""Influence-balanced loss: late in training, rows with much influence on the decision boundary count less."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.losses.class_averaged_loss import shares
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import fraction
from longtail.strategies.table import Profile

LEAST = 1e-3
"""added to the influence, as in the authors' code: otherwise a row without influence would have an infinite weight"""


@final
@dataclass(frozen=True)
class InfluenceBalancedLoss(Strategy):
    """Divide a row's loss by n_y |p - y|_1 |h|_1, the length of its gradient at the head, from `switch` on.

    Park et al. 2021, ICCV, influence-balanced loss: plain training for half of the epochs, then this loss. h are the
    features that the head takes, p the probabilities.
    """

    name: ClassVar[str] = "influence-balanced-loss"
    paper: ClassVar[str] = "Park et al. 2021, ICCV, influence-balanced loss"
    claims: ClassVar[frozenset[str]] = frozenset({"logits"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"switch": (0.25, 0.5, 0.75)}
    switch: float = 0.5

    def __post_init__(self) -> None:
        fraction("switch", self.switch)

    @property
    def settled(self) -> float:
        return self.switch

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        h = net.features(batch)
        logits: Tensor = net.head(h)
        rows = losses(logits, batch)
        if at.fraction < self.switch:
            return rows
        miss = (logits.detach().softmax(-1) - shares(batch, len(at.counts))).abs().sum(-1)
        factors = 1 / at.counts.clamp_min(1)[batch.y] / (miss * h.detach().abs().sum(-1) + LEAST)
        # NOTE[DIFF] mean 1 over the batch instead of the authors' constant alpha, so step lengths stay
        return rows * factors / factors.mean()

    def shift(self, trained: Profile) -> None:
        """Return None: the weight of a row depends on how well it is learnt."""
