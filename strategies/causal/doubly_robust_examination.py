"""Doubly robust for position bias: clicks over their clipped examination, and guesses for what clipping leaves out."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.mechanisms.clicks import as_liked, examination, weighted_click, why_no_clicks
from longtail.strategies.mechanisms.guesses import learn_guesses, with_guesses
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import inside, share
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class Clicks(Strategy):
    """Guess relevance by the likelihood of clicks, whose chance is examination e times relevance r.

    The loss is the mean of -log(e r) where clicked and -log(1 - e r) where not, which is least where r is the
    relevance.
    """

    reads: ClassVar[frozenset[str]] = frozenset({"examination"})

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        chance = net(batch).log_softmax(-1)[:, 1] + examination(batch).log()
        # 1 - e r, kept above 0 in spite of rounding
        missed = torch.log1p(-chance.exp().clamp_max(1 - 1e-6))
        terms: Tensor = -batch.weight * torch.where(batch.y == 1, chance, missed)
        return terms


@final
@dataclass(frozen=True)
class DoublyRobustExamination(Strategy):
    """Let a row count r + (y - e r) / max(e, floor) for the click, with click y, examination e and guessed relevance r.

    Oosterhuis 2023, TOIS: a guess, corrected by the click over its chance minus the click that the guess expects.
    Whether users looked is not logged, so the chance of it takes its place. Where e is above `floor`, guesses cancel
    out, and the loss is that of `unbiased-relevance`, unbiased for any guesses. Below `floor` it is unbiased if the
    guesses are right. So a high floor has little variance, and no more bias than the guesses. Wrong chances are not
    corrected: the guesses, learnt in the fraction `first` of the budget by the likelihood of clicks, depend on them
    too. Class 1 is the click.
    """

    name: ClassVar[str] = "doubly-robust-examination"
    paper: ClassVar[str] = "Oosterhuis 2023, TOIS, doubly robust for position bias"
    reads: ClassVar[frozenset[str]] = frozenset({"examination"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"floor": (0.3, 0.5, 0.9), "first": (0.3, 0.5)}
    claims: ClassVar[frozenset[str]] = frozenset({"examination", "labels", "logits"})
    floor: float = 0.5
    first: float = 0.3

    def __post_init__(self) -> None:
        share("floor", self.floor)
        inside("first", self.first)

    def why_skip(self, profile: Profile) -> str | None:
        return why_no_clicks(self.name, profile)

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        return with_guesses(net)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        # NOTE[DIFF] the paper sums over the positions in which a policy shows an item; here a row has one position
        learn_guesses(net, train, Clicks(), self.first)
        net = train(net, share=1 - self.first)
        del net.guesses
        return net

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        guesses = net.get_submodule("guesses")

        def liked(rows: Batch) -> Tensor:
            seen = examination(rows)
            guess = guesses(rows).softmax(-1)[:, 1].detach()
            left: Tensor = guess * (1 - seen / seen.clamp_min(self.floor))
            return weighted_click(rows, self.floor) + left

        return as_liked(net(batch), batch, liked, losses)

    def shift(self, trained: Profile) -> None:
        # how many rows are relevant is unknown
        return None
