"""mixup: rows and labels blended with those of another row."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import positive


@final
@dataclass(frozen=True)
class Mixup(Strategy):
    """Train on lambda x_i + (1 - lambda) x_j with the label shared in the same way, lambda from Beta(alpha, alpha).

    Zhang et al. 2018, ICLR; alpha .2 as in their ImageNet experiments.
    """

    name: ClassVar[str] = "mixup"
    paper: ClassVar[str] = "Zhang et al. 2018, ICLR, mixup"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.1, 0.2, 0.4, 1.0)}
    alpha: float = 0.2

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        # NOTE[DIFF] embedded features are blended, as the mean of two category codes is not a category
        # NOTE[DIFF] one lambda per row, where the authors' code has one per batch
        share = at.rng.beta(self.alpha, len(batch.y))
        return batch._replace(other=other, blend=share, share=share)
