"""Class-balanced sampling: batches draw a class first, then one of its rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import fraction
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class ClassBalancedSampling(Strategy):
    """Draw classes in proportion to n_k^power: 0 is balanced, 1/2 the square root, 1 would be the natural draw.

    Kang et al. 2020, ICLR, equation 1 (their q).
    """

    name: ClassVar[str] = "class-balanced-sampling"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, equation 1"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"power": (0.0, 0.25, 0.5, 0.75)}
    power: float = 0.0

    def __post_init__(self) -> None:
        fraction("power", self.power)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def draw(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, self.power)
