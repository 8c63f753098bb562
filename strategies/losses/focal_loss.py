"""Focal loss: rows that are classified well count less."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.network import Moment
from longtail.strategies.rules import positive
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class FocalLoss(Strategy):
    """Multiply the cross-entropy of a row by (1 - p)^gamma, where p is the probability of its class.

    Lin et al. 2017, ICCV, equation 4, with their gamma 2. The minimiser has the same argmax as the posterior but is not
    the posterior (Charoenphakdee et al. 2021, CVPR): it is less confident for two classes and can be more confident for
    many unlikely ones. No change of priors leads from one to the other.
    """

    name: ClassVar[str] = "focal-loss"
    paper: ClassVar[str] = "Lin et al. 2017, ICCV, equation 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"gamma": (0.5, 1.0, 2.0, 5.0)}
    gamma: float = 2.0

    def __post_init__(self) -> None:
        positive("gamma", self.gamma)

    def shift(self, trained: Profile) -> None:
        """Return None: the probabilities are not those of a posterior, so offsets are fitted on validation rows."""

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        # NOTE[DIFF] softmax, where the paper has one sigmoid per class; its alpha is `+class-weights`
        log_p = logits.log_softmax(-1).gather(-1, y[:, None])[:, 0]
        # for gamma below 1 the slope of 0^gamma is infinite
        miss = (-torch.expm1(log_p)).clamp_min(1e-12)
        return -(miss**self.gamma) * log_p
