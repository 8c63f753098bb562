"""MAMix: mixup whose labels give rarer classes a wider margin."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import positive
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class Mamix(Strategy):
    """Blend rows as mixup; the label is half and half where the distances to both rows are as their margins.

    Cheng, Mai and Lin 2023, TAAI, margin-aware mixup: margins are in proportion to n_k^-`power`, power 1/4 as in LDAM;
    the label is linear in the blend on either side of that point. alpha 1.
    """

    name: ClassVar[str] = "mamix"
    paper: ClassVar[str] = "Cheng, Mai and Lin 2023, TAAI, margin-aware mixup"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.2, 1.0), "power": (0.125, 0.25, 0.5)}
    alpha: float = 1.0
    power: float = 0.25

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)
        positive("power", self.power)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] one lambda per row, where the authors' code has one per batch
        blend = at.rng.beta(self.alpha, len(batch.y))
        margins = at.counts.clamp_min(1) ** -self.power
        own, mate = margins[batch.y], margins[other.y]
        return batch._replace(other=other, blend=blend, share=bent(blend, mate / (own + mate)))

    def shift(self, trained: Profile) -> Doubles | None:
        # labels move to rare classes only on blended rows, and no blended row is ever scored
        return None


def bent(blend: Tensor, middle: Tensor) -> Tensor:
    """Return the label's share (B,): 0 at blend 0, a half at `middle`, 1 at blend 1, linear in between."""
    return torch.where(blend < middle, blend / middle, 1 + (blend - middle) / (1 - middle)) / 2
