"""Remix: mixup that gives the whole label to a much rarer class."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Batch, Moment
from longtail.strategies.rules import inside, positive
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class Remix(Strategy):
    """Blend rows as mixup, and give the whole label to a class `kappa` times rarer whose share is above 1 - `tau`.

    Chou, Chang, Pan, Wei and Juan 2020, ECCV workshops, the definition of lambda_y, with kappa 3, tau .5, alpha 1: 0
    where n_i / n_j >= kappa and lambda < tau; 1 where n_i / n_j <= 1 / kappa and 1 - lambda < tau; else lambda.
    """

    name: ClassVar[str] = "remix"
    paper: ClassVar[str] = "Chou, Chang, Pan, Wei and Juan 2020, ECCV workshops, lambda_y"
    claims: ClassVar[frozenset[str]] = frozenset({"labels"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.2, 1.0), "kappa": (1.5, 3.0, 10.0), "tau": (0.3, 0.5)}
    alpha: float = 1.0
    kappa: float = 3.0
    tau: float = 0.5

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)
        positive("kappa", self.kappa)
        if self.kappa <= 1:
            raise ValueError(f"kappa must be a number above 1, got {self.kappa!r}")
        inside("tau", self.tau)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        blend = at.rng.beta(self.alpha, len(batch.y))
        own, mate = at.counts[batch.y], at.counts[other.y]
        lost = (own >= self.kappa * mate) & (blend < self.tau)
        won = (mate >= self.kappa * own) & (1 - blend < self.tau)
        share = torch.where(won, 1.0, torch.where(lost, 0.0, blend))
        return batch._replace(other=other, blend=blend, share=share)

    def shift(self, trained: Profile) -> Doubles | None:
        # labels move to rare classes only on blended rows, and no blended row is ever scored
        return None
