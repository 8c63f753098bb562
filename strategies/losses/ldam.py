"""Label-distribution-aware margins: the rarer a class, the further its rows must lie on its side."""

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
    """Take a margin C / n_y^(1/4) off the logit of a row's own class before the cross-entropy.

    Cao et al. 2019, NeurIPS, LDAM loss, with the largest margin .5 and, as in their code, cosines times 30 as
    logits. `ldam+deferred-reweighting` is their LDAM-DRW.
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
        # the scale is the head's, so that scores of new rows have it too: here the margin is brought to it
        margins = margins_of(at.counts, self.scale * self.margin).to(logits)
        return F.cross_entropy(logits - margins.diag().index_select(0, y), y, reduction="none")

    def shift(self, trained: Profile) -> None:
        """None: a margin on the own class alone is no change of priors, so offsets are fitted on validation rows."""


def margins_of(counts: Tensor, largest: float) -> Tensor:
    """Margins in proportion to n^(-1/4), the largest of a class with rows being `largest`, (K,)."""
    margins = counts.clamp_min(1) ** -0.25
    return largest * margins / torch.where(counts > 0, margins, 0.0).max()
