"""Row CutMix: a row gets some cells of another row, and its label is shared in the same proportion."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.exchanged_cells import exchanged, picked, rolled, width
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import positive, share
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class Cutmix(Strategy):
    """Keep a share lambda of a row's cells, take the others from its partner, and share the label by the cells kept.

    Yun et al. 2019, ICCV, equation 1: lambda is drawn from Beta(alpha, alpha), alpha 1; each row is changed with
    probability .5, as on CIFAR.
    """

    name: ClassVar[str] = "cutmix"
    paper: ClassVar[str] = "Yun et al. 2019, ICCV, equation 1"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.2, 1.0), "probability": (0.25, 0.5, 1.0)}
    pairs: ClassVar[bool] = False
    alpha: float = 1.0
    probability: float = 0.5

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)
        share("probability", self.probability)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_cut(profile)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # partners are rows of the same batch, as in the authors' code, so no other rows have to be fetched
        return pasted(batch, rolled(batch), at, self.alpha, self.probability)


def why_not_cut(profile: Profile) -> str | None:
    """Say in a sentence why rows can't be cut into parts, or return None."""
    return "a row of one column can't be cut into two parts" if len(profile.cardinalities) < 2 else None


def pasted(batch: Batch, other: Batch, at: Moment, alpha: float, probability: float) -> Batch:
    """Return rows with random cells of their partners, the label shared by the cells kept.

    Each row is changed with the given probability; the other rows stay as they are.
    """
    # NOTE[DIFF] random columns instead of a rectangle, as columns have no order; one lambda and one decision per row,
    # where the authors' code has one per batch
    rows, columns = len(batch.y), width(batch)
    drawn = (at.rng.beta(alpha, rows) * columns).round()
    kept = torch.where(at.rng.uniform(rows) < probability, drawn, columns)
    taken = picked(batch, columns - kept.long(), at.rng)
    return batch._replace(x=exchanged(batch, other, taken), other=other, share=kept / columns)
