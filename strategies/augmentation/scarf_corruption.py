"""SCARF's corruption as an augmentation: in each row a fixed share of columns is drawn from the marginals."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.exchanged_cells import exchanged, picked, shuffled, width
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import inside
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class ScarfCorruption(Strategy):
    """Draw floor(`share` d) random columns of each row, at least one, from their marginals, in every step again.

    Bahri, Jiang, Tay and Metzler 2022, ICLR, algorithm 1 (the corrupted view). They corrupt 60 % for contrastive
    pre-training, which is `scarf-pretraining`. For rows that keep their labels 60 % would leave little signal, so the
    default is 30 %. Marginals are those of the batch, whose rows are random.
    """

    name: ClassVar[str] = "scarf-corruption"
    paper: ClassVar[str] = "Bahri, Jiang, Tay and Metzler 2022, ICLR, algorithm 1"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"share": (0.15, 0.3, 0.6)}
    pairs: ClassVar[bool] = False
    share: float = 0.3  # NOTE[DIFF] .6 in the paper, see the docstring

    def __post_init__(self) -> None:
        inside("share", self.share)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_corrupted(profile)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        return batch._replace(x=exchanged(batch, shuffled(batch, at.rng), chosen(batch, self.share, at)))


def why_not_corrupted(profile: Profile) -> str | None:
    """Say in a sentence why rows can't be corrupted in part, or return None."""
    return "corrupting a row of one column would leave nothing of it" if len(profile.cardinalities) < 2 else None


def chosen(batch: Batch, share: float, at: Moment) -> Tensor:
    """Draw a bool mask (B, d) of the cells to corrupt, with the same number in every row."""
    return picked(batch, torch.full_like(batch.y, max(1, int(share * width(batch)))), at.rng)
