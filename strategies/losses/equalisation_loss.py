"""Equalisation: rows of other classes rarely push down the logit of a rare class."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import rarest, why_not_uneven
from longtail.strategies.network import Moment, indicators
from longtail.strategies.rules import inside
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class EqualisationLoss(Strategy):
    """Leave a rare class out of another class's softmax with probability gamma, drawn for each row and class.

    Tan et al. 2020, CVPR, softmax equalisation loss; gamma .9 as in the code of Ren et al. 2020, NeurIPS. Rare are the
    rarest classes that hold at most `tail` of the rows, at least one class; the paper chooses its threshold lambda by
    the same share.
    """

    name: ClassVar[str] = "equalisation-loss"
    paper: ClassVar[str] = "Tan et al. 2020, CVPR, softmax equalisation loss"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"gamma": (0.5, 0.75, 0.9, 0.95), "tail": (0.1, 0.2, 0.4)}
    gamma: float = 0.9
    tail: float = 0.2

    def __post_init__(self) -> None:
        inside("gamma", self.gamma)
        inside("tail", self.tail)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        rare = rarest(at.counts, self.tail)
        left_out = (at.rng.uniform(*logits.shape) < self.gamma) & rare & ~indicators(y, len(rare))
        return F.cross_entropy(logits.masked_fill(left_out, -math.inf), y, reduction="none")

    def shift(self, trained: Profile) -> Doubles | None:
        # with two classes, rows of the frequent one have a loss only in 1 - gamma of the draws, which is a weight
        if trained.classes > 2:
            return None
        rare = rarest(torch.from_numpy(trained.counts), self.tail).numpy()
        return np.where(rare, 1.0, 1 - self.gamma)
