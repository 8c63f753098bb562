"""Re-warming: steps shrink, grow again when the deferred stage begins, and shrink once more."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment, Params
from longtail.strategies.rules import fraction, inside


@final
@dataclass(frozen=True)
class Rewarming(Strategy):
    """Anneal steps by half a cosine until `switch`, warm them up again over `warm` of training, then anneal once more.

    Loshchilov and Hutter 2017, ICLR, equation 5 (warm restarts), down to `floor`. With `deferred-reweighting`, which
    has the same switch, new weights meet long steps; alone it is the same schedule blind to class, the control.
    """

    name: ClassVar[str] = "rewarming"
    paper: ClassVar[str] = "Loshchilov and Hutter 2017, ICLR, equation 5"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "switch": (0.5, 0.65, 0.8, 0.9),
        "warm": (0.0, 0.05),
        "floor": (0.01, 0.1),
    }
    switch: float = 0.8
    warm: float = 0.05
    floor: float = 0.01

    def __post_init__(self) -> None:
        inside("switch", self.switch)
        fraction("warm", self.warm)
        fraction("floor", self.floor)
        if self.switch + self.warm >= 1:
            raise ValueError(f"warm must be a number below 1 - switch = {1 - self.switch:g}, got {self.warm!r}")

    @property
    def settled(self) -> float:
        return self.switch

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        size = torch.tensor(self.size(at.fraction), device=at.counts.device)
        return dict.fromkeys(params, size)

    def size(self, done: float) -> float:
        """Return the multiplier of steps when the fraction `done` of training is done."""
        top = self.switch + self.warm
        if done < self.switch:
            height = annealed(done / self.switch)
        elif done < top:
            # NOTE[DIFF] a ramp, where the paper jumps: Adam's averages of squares still come from annealed steps
            height = (done - self.switch) / self.warm
        else:
            height = annealed((done - top) / (1 - top))
        return self.floor + (1 - self.floor) * height


def annealed(part: float) -> float:
    """Return half a cosine wave, from 1 at `part` 0 to 0 at `part` 1."""
    return (1 + math.cos(math.pi * part)) / 2
