"""Label-distribution-aware margins: rows of rarer classes must lie further from the decision boundary."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.mechanisms.cosine_head import CosineHead
from longtail.strategies.network import Moment, Net
from longtail.strategies.rules import positive
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class Ldam(Strategy):
    """Subtract a margin C / n_y^(1/4) from the logit of a row's own class before the cross-entropy.

    Cao et al. 2019, NeurIPS, LDAM loss. The largest margin is .5, and logits are cosines times 30, as in their code.
    `ldam+deferred-reweighting` is their LDAM-DRW.
    """

    name: ClassVar[str] = "ldam"
    paper: ClassVar[str] = "Cao et al. 2019, NeurIPS, LDAM loss"
    claims: ClassVar[frozenset[str]] = frozenset({"head"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"margin": (0.1, 0.3, 0.5), "scale": (10.0, 20.0, 30.0)}
    margin: float = 0.5
    scale: float = 30.0

    def __post_init__(self) -> None:
        positive("margin", self.margin)
        positive("scale", self.scale)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        net.head = CosineHead(net.width, classes, self.scale, source)
        return net

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        # the head applies the scale, so that scores of new rows have it too; here the margin is scaled to match
        margins = margins_of(at.counts, self.scale * self.margin).to(logits)
        return F.cross_entropy(logits - margins.diag().index_select(0, y), y, reduction="none")

    def shift(self, trained: Profile) -> None:
        """Return None: a margin on one class is not a change of priors, so offsets are fitted on validation rows."""


def margins_of(counts: Tensor, largest: float) -> Tensor:
    """Return margins (K,) in proportion to n^(-1/4); the largest margin of a class with rows is `largest`."""
    margins = counts.clamp_min(1) ** -0.25
    return largest * margins / torch.where(counts > 0, margins, 0.0).max()
