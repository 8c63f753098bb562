"""Manifold mixup: rows are blended at a randomly drawn layer."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.exchanged_cells import rolled
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import fraction, positive


@final
@dataclass(frozen=True)
class ManifoldMixup(Strategy):
    """Blend hidden features instead of rows: in each step at the head's input, or with chance `shallow` at the body's.

    Verma et al. 2019, ICML, section 2: lambda is drawn from Beta(alpha, alpha), alpha 2 on CIFAR-10, and the layer
    uniformly from a set that includes the input.
    """

    name: ClassVar[str] = "manifold-mixup"
    paper: ClassVar[str] = "Verma et al. 2019, ICML, section 2"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.2, 1.0, 2.0), "shallow": (0.0, 0.5)}
    pairs: ClassVar[bool] = False
    alpha: float = 2.0
    shallow: float = 0.5
    """chance that a step blends embedded rows; 0 always blends features"""

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)
        fraction("shallow", self.shallow)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] two places, before body and head, for every learner; one lambda per row
        # partners are rows of the same batch, as in the authors' code: features are computed once for both
        share = at.rng.beta(self.alpha, len(batch.y))
        blend = torch.where(at.rng.uniform(1) < self.shallow, share, torch.ones_like(share))
        return batch._replace(other=rolled(batch), blend=blend, share=share)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        if batch.other is None or batch.share is None or batch.blend is None:
            return losses(net(batch), batch)
        deep = torch.where(batch.blend < 1, torch.ones_like(batch.share), batch.share)
        # in the place that is not drawn, a lambda of 1 leaves rows as they are
        features = net.body(blended(net.embed(batch.x), batch.blend))
        return losses(net.head(blended(features, deep)), batch)


def blended(h: Tensor, share: Tensor) -> Tensor:
    """Return rows blended with the previous row as their partner; `share` (B,) is the weight of the row itself."""
    return torch.lerp(h.roll(1, 0), h, share.reshape(-1, *[1] * (h.ndim - 1)))
