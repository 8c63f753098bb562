"""Vector-scaling loss: a class's logit is scaled and shifted by its frequency during training."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import nonnegative
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class VectorScalingLoss(Strategy):
    """Train the softmax of (n_k / n_max)^gamma z_k + tau log n_k, and score by the bare z.

    Kini et al. 2021, NeurIPS, VS-loss. `tau=0` gives the class-dependent temperatures (n_max / n_k)^gamma of Ye et al.
    2020, arXiv 2001.01385; `gamma=0` is the logit-adjusted loss.
    """

    name: ClassVar[str] = "vector-scaling-loss"
    paper: ClassVar[str] = "Kini et al. 2021, NeurIPS, VS-loss"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"gamma": (0.0, 0.05, 0.15, 0.3), "tau": (0.0, 0.75, 1.25)}
    # NOTE[DIFF] the authors' code starts tuning at gamma .3 and tau 1; these values are those of later comparisons
    gamma: float = 0.15
    tau: float = 1.25

    def __post_init__(self) -> None:
        nonnegative("gamma", self.gamma)
        nonnegative("tau", self.tau)
        if self.gamma == self.tau == 0:
            raise ValueError("gamma or tau must be above 0, got 0 for both, which would be plain cross-entropy")

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        counts = at.counts.clamp_min(1)
        stretched = (counts / counts.max()) ** self.gamma * logits
        return F.cross_entropy(stretched + self.tau * counts.log(), y, reduction="none")

    def shift(self, trained: Profile) -> Doubles | None:
        # scaled logits are not a posterior under any priors
        return None if self.gamma else np.maximum(trained.counts, 1).astype(np.float64) ** -self.tau
