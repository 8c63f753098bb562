"""Feature noise: rare rows are slightly different every time."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import positive, share
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class FeatureNoise(Strategy):
    """Add Gaussian noise to the numbers of minority rows, drawn again in every step.

    Bishop 1995, Neural Computation 7(1). `scale` is in standard deviations of the encoded numbers, which are 1. The
    minority are the rarest classes that together hold at most `rare` of the rows, and at least the rarest class;
    classes of equal size are treated alike.
    """

    name: ClassVar[str] = "feature-noise"
    paper: ClassVar[str] = "Bishop 1995, Neural Computation 7(1)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"scale": (0.05, 0.1, 0.2, 0.5), "rare": (0.2, 1.0)}
    pairs: ClassVar[bool] = False
    scale: float = 0.2
    rare: float = 0.2

    def __post_init__(self) -> None:
        positive("scale", self.scale)
        share("rare", self.rare)

    def why_skip(self, profile: Profile) -> str | None:
        return None if 0 in profile.cardinalities else "noise needs a numeric column, and all columns are categories"

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] the paper adds noise to every row; here only minority rows get it, instead of being repeated
        numbers, *codes = batch.x
        scale = (self.scale * minority(at.counts, self.rare)).to(numbers)[batch.y][:, None]
        # a single pass over the batch, which is most of the hook's cost
        return batch._replace(x=(torch.addcmul(numbers, at.rng.normal(*numbers.shape), scale), *codes))


def minority(counts: Tensor, rare: float) -> Tensor:
    """Return a bool mask (K,) of the minority.

    A class is in it if all classes up to its size hold at most `rare` of the rows, or if it is the rarest.
    """
    rows = torch.where(counts[None, :] <= counts[:, None], counts[None, :], 0.0).sum(-1)
    rarest = torch.where(counts > 0, counts, torch.inf).min()
    return (rows <= rare * counts.sum()) | (counts <= rarest)
