"""Class weights: rows are weighted by inverse class frequency, in part or in full, or by effective numbers of rows."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import effective_weights, why_not_uneven
from longtail.strategies.rules import share
from longtail.strategies.table import Floats, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS


@final
@dataclass(frozen=True)
class ClassWeights(Strategy):
    """Weigh rows in proportion to n_k^-strength, between the plain mean over rows and the mean over classes.

    King and Zeng 2001, Political Analysis 9(2), who weigh a row by its class's share in the population over its share
    in the rows; here every class has the share 1/K, so that `strength` 1 minimises the mean over classes of the mean
    loss of a class's rows: L = 1/K sum_k 1/n_k sum_{i in k} l_i. As row weights, N / (K n_k) at 1, it works with every
    learner that honours weights. Strength 1/2 is the square root by which Mahajan et al. 2018, ECCV, resample; see
    `targets.py`. `beta` below 1 replaces n by the effective number of rows (1 - beta^n) / (1 - beta) (Cui et al. 2019,
    CVPR, proposition 1, who use .9 to .9999 and strength 1).
    """

    name: ClassVar[str] = "class-weights"
    paper: ClassVar[str] = "King and Zeng 2001, Political Analysis 9(2)"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "beta": (0.9, 0.99, 0.999, 0.9999)}
    strength: float = STRENGTH
    beta: float = 1.0

    def __post_init__(self) -> None:
        share("strength", self.strength)
        share("beta", self.beta)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def row_weights(self, table: Table) -> Floats:
        # NOTE[DIFF] the paper's numerator is the class's share in a known population; here it is equal for every class
        of_class = effective_weights(torch.from_numpy(table.counts).double(), self.beta).numpy() ** self.strength
        weights = of_class[table.y]
        return np.asarray(weights / weights.mean(), np.float32)
