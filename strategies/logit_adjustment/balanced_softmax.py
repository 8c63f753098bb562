"""Balanced softmax: training counts as offsets inside the loss."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import positive
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class BalancedSoftmax(Strategy):
    """Add tau log n_k to the logits during training, so that the bare logits belong to equal priors.

    Ren et al. 2020, NeurIPS, theorem 1 (tau 1); with any tau it is the logit-adjusted loss of Menon et al. 2021, ICLR,
    equation 10.
    """

    name: ClassVar[str] = "balanced-softmax"
    paper: ClassVar[str] = "Ren et al. 2020, NeurIPS, theorem 1"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"tau": (0.5, 1.0, 1.5)}
    tau: float = 1.0

    def __post_init__(self) -> None:
        positive("tau", self.tau)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        return F.cross_entropy(logits + self.tau * at.counts.clamp_min(1).log(), y, reduction="none")

    def shift(self, trained: Profile) -> Doubles:
        # counts without weights: the offset counts rows, and what weights and draws change stays in the scores
        return np.maximum(trained.counts, 1).astype(np.float64) ** -self.tau
