"""Class-balanced sampling: batches draw a class first, then one of its rows; from the start, late or gradually."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import flag, fraction
from longtail.strategies.table import Doubles, Profile

PROGRESS = 0.8
"""fraction of a progressive schedule that must be done before a checkpoint counts; earlier ones have hardly seen it"""


@final
@dataclass(frozen=True)
class ClassBalancedSampling(Strategy):
    """Draw classes in proportion to n_k^power: 0 is balanced, 1/2 the square root, 1 would be the natural draw.

    Kang et al. 2020, ICLR, equation 1 (power is their q). `progressive` moves from the natural draw to this one in
    proportion to the training done (equation 2). `switch` above 0 keeps the natural rows until that fraction of
    training is done: .8 gives the deferred re-sampling of Cao et al. 2019, NeurIPS.
    """

    name: ClassVar[str] = "class-balanced-sampling"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, equations 1 and 2"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "power": (0.0, 0.25, 0.5, 0.75),
        "progressive": (False, True),
        "switch": (0.0, 0.5, 0.8),
    }
    power: float = 0.0
    progressive: bool = False
    switch: float = 0.0

    def __post_init__(self) -> None:
        fraction("power", self.power)
        flag("progressive", self.progressive)
        fraction("switch", self.switch)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    @property
    def settled(self) -> float:
        return self.switch + (1 - self.switch) * PROGRESS if self.progressive else self.switch

    def draw(self, at: Moment) -> Tensor | None:
        if at.fraction < self.switch:
            return None
        goal = powered_draw(at.counts, self.power)
        if not self.progressive:
            return goal
        done = (at.fraction - self.switch) / (1 - self.switch)
        return (1 - done) * powered_draw(at.counts, 1.0) + done * goal

    def shift(self, trained: Profile) -> Doubles | None:
        # if the draw changes during training, the scores refer to priors somewhere between
        if self.progressive or self.switch:
            return None
        drawn = powered_draw(torch.from_numpy(trained.counts).double(), self.power).numpy()
        return np.asarray(drawn * trained.counts.sum() / np.maximum(trained.counts, 1), np.float64)
