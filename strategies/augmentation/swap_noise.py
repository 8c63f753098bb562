"""Swap noise: some cells are replaced by those of other rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.exchanged_cells import gathered, width
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import inside


@final
@dataclass(frozen=True)
class SwapNoise(Strategy):
    """Replace each cell with probability `share` by the same column's cell of a random row, in every step again.

    Jahrer 2017, Kaggle, Porto Seguro, solution of the first place: 15 % of the cells. Marginals stay, and codes stay
    codes. Donors are the rows of the batch.
    """

    name: ClassVar[str] = "swap-noise"
    paper: ClassVar[str] = "Jahrer 2017, Kaggle, Porto Seguro, solution of the first place"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"share": (0.05, 0.1, 0.15, 0.3)}
    pairs: ClassVar[bool] = False
    share: float = 0.15

    def __post_init__(self) -> None:
        inside("share", self.share)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] Jahrer trains a denoising autoencoder to undo the noise; here the classifier trains on noisy rows
        n = len(batch.y)
        # a uniform number below `share` is uniform up to `share`, so it also picks the row
        rows = (at.rng.uniform(n, width(batch)) * (n / self.share)).long()
        own = torch.arange(n, device=rows.device)[:, None]
        return gathered(batch, torch.where(rows < n, rows, own))
