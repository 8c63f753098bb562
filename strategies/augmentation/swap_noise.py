"""Swap noise: some cells are those of other rows."""

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
    """Replace each cell with probability `share` by the same column's cell of a random row, anew in every step.

    Jahrer 2017, Kaggle, Porto Seguro, solution of the first place: 15 % of the cells. Numbers keep their margins and
    codes stay codes, whatever the column. Donors are the rows of the batch.
    """

    name: ClassVar[str] = "swap-noise"
    paper: ClassVar[str] = "Jahrer 2017, Kaggle, Porto Seguro, solution of the first place"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"share": (0.05, 0.1, 0.15, 0.3)}
    pairs: ClassVar[bool] = False
    share: float = 0.15

    def __post_init__(self) -> None:
        inside("share", self.share)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] there a denoising autoencoder learns to undo it; here the classifier learns in spite of it
        n = len(batch.y)
        # a number below `share` is uniform up to it, so that it says which row as well
        rows = (at.rng.uniform(n, width(batch)) * (n / self.share)).long()
        own = torch.arange(n, device=rows.device)[:, None]
        return gathered(batch, torch.where(rows < n, rows, own))
