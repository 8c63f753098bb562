"""Label smoothing: a part of the tuned baseline that ignores class frequencies."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.network import Moment
from longtail.strategies.rules import inside
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class LabelSmoothing(Strategy):
    """Share epsilon of each label equally among all classes.

    Szegedy et al. 2016, CVPR, section 7, with their epsilon .1. It belongs to the tuning of the plain network, beside
    the learner's batch size and weight decay: a strategy that does not beat this baseline has gained nothing from class
    frequencies.
    """

    name: ClassVar[str] = "label-smoothing"
    paper: ClassVar[str] = "Szegedy et al. 2016, CVPR, section 7"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"epsilon": (0.05, 0.1, 0.2)}
    epsilon: float = 0.1

    def __post_init__(self) -> None:
        inside("epsilon", self.epsilon)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        return F.cross_entropy(logits, y, reduction="none", label_smoothing=self.epsilon)

    def shift(self, trained: Profile) -> None:
        """Return None: softened labels are not a change of priors, so offsets are fitted on validation rows."""
