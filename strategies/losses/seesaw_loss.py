"""Seesaw: frequent classes' rows push rarer logits down less, but more where the rare class is wrongly ahead."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import nonnegative, positive
from longtail.strategies.table import Profile

LEAST = 0.01
"""least probability of the own class in the compensation factor, as in the authors' code"""


@final
@dataclass(frozen=True)
class SeesawLoss(Strategy):
    """Weigh exp(z_j) in row i's softmax by min(1, n_j / n_i)^p and by max(1, p_j / p_i)^q, where i is the row's class.

    Wang et al. 2021, CVPR, mitigation and compensation factors, with their p .8 and q 2.
    """

    name: ClassVar[str] = "seesaw-loss"
    paper: ClassVar[str] = "Wang et al. 2021, CVPR, mitigation and compensation factors"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"p": (0.4, 0.8, 1.2), "q": (0.0, 1.0, 2.0)}
    p: float = 0.8
    q: float = 2.0

    def __post_init__(self) -> None:
        positive("p", self.p)
        nonnegative("q", self.q)

    def why_skip(self, profile: Profile) -> str | None:
        return None if self.q else why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        # NOTE[DIFF] counts of all training rows, where the paper counts instances during training
        log_n = at.counts.clamp_min(1).log()
        log_p = logits.detach().log_softmax(-1)
        own = log_p.gather(-1, y[:, None]).exp().clamp_min(LEAST).log()
        mitigation = self.p * (log_n - log_n[y][:, None]).clamp_max(0)
        compensation = self.q * (log_p - own).clamp_min(0)
        return F.cross_entropy(logits + mitigation + compensation, y, reduction="none")

    def shift(self, trained: Profile) -> None:
        """Return None: the factors belong to pairs of classes, which no change of priors gives."""
