"""Class-balanced sampling: batches draw a class first, then one of its rows; from the start, late or gradually."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import flag, fraction, share
from longtail.strategies.table import Doubles, Profile
from longtail.strategies.targets import STRENGTH, STRENGTHS

PROGRESS = 0.8
"""fraction of a progressive schedule that must be done before a checkpoint counts; earlier ones have hardly seen it"""


@final
@dataclass(frozen=True)
class ClassBalancedSampling(Strategy):
    """Draw classes in proportion to n_k^(1 - strength): balanced at 1, by square roots at 1/2.

    Kang et al. 2020, ICLR, equation 1 (their q is 1 - `strength`, see `targets.py`). `progressive` moves from the
    natural draw to this one in proportion to the training done (equation 2). `switch` above 0 keeps the natural rows
    until that fraction of training is done: .8 and strength 1 give the deferred re-sampling of Cao et al. 2019,
    NeurIPS.
    """

    name: ClassVar[str] = "class-balanced-sampling"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, equations 1 and 2"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "strength": STRENGTHS,
        "progressive": (False, True),
        "switch": (0.0, 0.5, 0.8),
    }
    strength: float = STRENGTH
    progressive: bool = False
    switch: float = 0.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
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
        goal = powered_draw(at.counts, 1 - self.strength)
        if not self.progressive:
            return goal
        done = (at.fraction - self.switch) / (1 - self.switch)
        return (1 - done) * powered_draw(at.counts, 1.0) + done * goal

    def shift(self, trained: Profile) -> Doubles | None:
        # if the draw changes during training, the scores refer to priors somewhere between
        if self.progressive or self.switch:
            return None
        drawn = powered_draw(torch.from_numpy(trained.counts).double(), 1 - self.strength).numpy()
        return np.asarray(drawn * trained.counts.sum() / np.maximum(trained.counts, 1), np.float64)
