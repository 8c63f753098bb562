"""ImbSAM: the gradient at the worst point nearby, for rare classes only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import rarest, why_not_uneven
from longtail.strategies.mechanisms.sharpness import classes_of, pulled, sharpened
from longtail.strategies.network import Batch, Moment, Params
from longtail.strategies.rules import flag, inside, positive
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class Imbsam(Strategy):
    """Add the head classes' gradient at w and the tail classes' at w + rho g / |g|, g being the tail classes' at w.

    Zhou et al. 2023, ICCV, ImbSAM, with rho .05 as in the authors' code. The tail are the rarest classes that hold at
    most `tail` of the rows, at least one class; the paper has a threshold on counts. `blind` is the control: as many
    random rows of each batch take the place of the tail.
    """

    name: ClassVar[str] = "imbsam"
    paper: ClassVar[str] = "Zhou et al. 2023, ICCV, ImbSAM"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"rho": (0.01, 0.05, 0.1, 0.2), "tail": (0.1, 0.2, 0.4)}
    rho: float = 0.05
    tail: float = 0.2
    blind: bool = False

    def __post_init__(self) -> None:
        positive("rho", self.rho)
        inside("tail", self.tail)
        flag("blind", self.blind)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        terms, pull = pulled(rows, params)
        rare = rarest(at.counts, self.tail)[classes_of(batch, at, self.blind)]
        of_tail = rare.to(terms) / len(terms)
        return sharpened(rows, pull, params, 1 / len(terms) - of_tail, of_tail, self.rho, at)
