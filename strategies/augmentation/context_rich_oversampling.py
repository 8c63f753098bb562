"""Context-rich minority over-sampling: cells of rare rows are pasted into naturally drawn rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.augmentation.cutmix import pasted, why_not_cut
from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import positive, share
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class ContextRichOversampling(Strategy):
    """Paste cells of rare classes' rows into the rows of a batch, and share the label by cells (CMO, for rows).

    Park et al. 2022, CVPR: row CutMix whose partners are drawn by class in proportion to n_k^-`power`, power 1, with
    probability .5 and alpha 1.
    """

    name: ClassVar[str] = "context-rich-oversampling"
    paper: ClassVar[str] = "Park et al. 2022, CVPR, context-rich minority over-sampling"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"power": (0.0, 0.5, 1.0), "probability": (0.25, 0.5, 1.0)}
    power: float = 1.0
    alpha: float = 1.0
    probability: float = 0.5

    def __post_init__(self) -> None:
        if isinstance(self.power, bool) or not isinstance(self.power, int | float) or not 0 <= self.power <= 4:
            raise ValueError(f"power must be a number from 0 to 4, got {self.power!r}")
        positive("alpha", self.alpha)
        share("probability", self.probability)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile) or why_not_cut(profile)

    def partner(self, at: Moment) -> Tensor:
        # NOTE[DIFF] the authors' code weighs rows by n_k^-1, which draws classes evenly: that is power 0 here
        return powered_draw(at.counts, -self.power)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        return pasted(batch, other, at, self.alpha, self.probability)

    def shift(self, trained: Profile) -> Doubles | None:
        # labels move to rare classes only on pasted rows, and no pasted row is ever scored
        return None
