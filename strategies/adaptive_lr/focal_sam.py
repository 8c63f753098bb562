"""Focal-SAM: sharpness counts more for rarer classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.mechanisms.sharpness import classes_of, pulled, sharpened
from longtail.strategies.network import Batch, Moment, Params
from longtail.strategies.rules import flag, positive
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class FocalSam(Strategy):
    """Add the gradient of L - lam L' at w and that of lam L' at w + rho g / |g|, g being the gradient of L'.

    Li et al. 2025, ICML, Focal-SAM: L' weighs a row's loss by (1 - its class's frequency)^gamma. rho is that of the
    authors' code; gamma 3 and lam .8 lie in the range of their values. `blind` is the control: the batch's classes
    are dealt to its rows at random before weighting.
    """

    name: ClassVar[str] = "focal-sam"
    paper: ClassVar[str] = "Li et al. 2025, ICML, Focal-SAM"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "rho": (0.01, 0.05, 0.1, 0.2),
        "gamma": (1.0, 3.0, 5.0),
        "lam": (0.5, 0.8, 1.0),
    }
    rho: float = 0.05
    gamma: float = 3.0
    lam: float = 0.8
    blind: bool = False

    def __post_init__(self) -> None:
        positive("rho", self.rho)
        positive("gamma", self.gamma)
        positive("lam", self.lam)
        flag("blind", self.blind)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        terms, pull = pulled(rows, params)
        focal = (1 - at.counts / at.counts.sum()) ** self.gamma
        weights = self.lam * focal[classes_of(batch, at, self.blind)].to(terms) / len(terms)
        return sharpened(rows, pull, params, 1 / len(terms) - weights, weights, self.rho, at)
