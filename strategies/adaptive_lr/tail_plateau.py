"""Plateau schedule on tail recall: steps get shorter whenever the recall of rare classes stops growing."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import rarest, why_not_uneven
from longtail.strategies.network import Batch, Moment, Params
from longtail.strategies.rules import flag, inside, whole
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class TailPlateau(Strategy):
    """Multiply steps by `factor` after every `patience` looks at validation rows without a better recall of the tail.

    The schedule of Krizhevsky et al. 2012, NeurIPS, section 5, which follows the error rate. The tail are the rarest
    classes that hold at most `tail` of the training rows, at least one class; recall is of decisions as if classes were
    equally frequent. `blind` is the control: the same schedule on the mean recall of all classes.
    """

    name: ClassVar[str] = "tail-plateau"
    paper: ClassVar[str] = "Krizhevsky et al. 2012, NeurIPS, section 5"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"factor": (0.1, 0.3, 0.5), "patience": (1, 2, 4)}
    factor: float = 0.5
    patience: int = 2
    tail: float = 0.2
    blind: bool = False

    def __post_init__(self) -> None:
        inside("factor", self.factor)
        whole("patience", self.patience)
        inside("tail", self.tail)
        flag("blind", self.blind)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        if not len(at.recall):
            return {}
        there = (at.counts > 0).to(at.recall)
        weights = there if self.blind else rarest(at.counts, self.tail) * there
        recall = (at.recall * weights).sum(-1) / weights.sum()
        return dict.fromkeys(params, self.factor ** drops(recall, self.patience))


def drops(values: Tensor, patience: int) -> Tensor:
    """Count how often a series (n,) had no new best value for `patience` steps; the wait restarts each time."""
    place = torch.arange(len(values), device=values.device)
    best = values.cummax(0).values
    better = torch.cat([torch.ones_like(values[:1], dtype=torch.bool), values[1:] > best[:-1]])
    stale = place - torch.where(better, place, 0).cummax(0).values
    return ((stale > 0) & (stale % patience == 0)).sum()
