"""SAM: the gradient at the worst point nearby, the same for every class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor
from torch.func import grad

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.sharpness import climbed
from longtail.strategies.network import Batch, Moment, Params
from longtail.strategies.rules import positive


@final
@dataclass(frozen=True)
class Sam(Strategy):
    """Step along the gradient at w + rho g / |g|, where g is the gradient at w; this seeks flat minima.

    Foret et al. 2021, ICLR, equations 2 and 3, with their rho .05. Blind to class: the control of `imbsam` and
    `focal-sam`.
    """

    name: ClassVar[str] = "sam"
    paper: ClassVar[str] = "Foret et al. 2021, ICLR, equations 2 and 3"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"rho": (0.01, 0.05, 0.1, 0.2)}
    rho: float = 0.05

    def __post_init__(self) -> None:
        positive("rho", self.rho)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        slope = grad(lambda p: rows(p).mean())
        found: Params = slope(climbed(params, slope(params), self.rho))
        return found
