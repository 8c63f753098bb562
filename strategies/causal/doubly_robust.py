"""Doubly robust: guesses for rows that were not shown, corrected by the rows that were."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.base import Resources, Strategy, Train
from longtail.strategies.mechanisms.guesses import learn_guesses, with_guesses
from longtail.strategies.network import Batch, Losses, Moment, Net, indicators
from longtail.strategies.rules import inside, share
from longtail.strategies.table import Profile, Table

SHOWN = "share_of_rows_shown"


@final
@dataclass(frozen=True)
class DoublyRobust(Strategy):
    """Learn on shown and unshown rows: a first network's guesses on all, plus their weighted errors on shown rows.

    Wang et al. 2019, ICML: the mean of e' + o (e - e') / p, with errors e that are known where o is 1, their guesses e'
    and propensities p. It is unbiased if the propensities are right, and also if the guesses are right. Unlabelled rows
    are the ones not shown; they must be drawn from the population that predictions are for. Propensities are clipped at
    `floor`, and weights are self-normalised. The first network takes the fraction `first` of the budget.
    """

    name: ClassVar[str] = "doubly-robust"
    paper: ClassVar[str] = "Wang et al. 2019, ICML, doubly robust joint learning"
    reads: ClassVar[frozenset[str]] = frozenset({"propensity", "unlabelled"})
    claims: ClassVar[frozenset[str]] = frozenset({"class_weights", "labels", "logits", "loss", "propensity"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"floor": (0.001, 0.01, 0.05), "first": (0.3, 0.5)}
    floor: float = 0.01
    first: float = 0.3

    def __post_init__(self) -> None:
        share("floor", self.floor)
        inside("first", self.first)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        # a row of weight 0 was not shown: so the objective recognises it, and the priors leave it out
        if table.propensity is None or table.unlabelled is None:
            raise ValueError("doubly-robust needs propensities and unlabelled rows, and one of them is missing")
        weight = 1 / np.maximum(table.propensity.astype(np.float64), self.floor)
        shown = replace(table, weight=(table.weight * weight / weight.mean()).astype(np.float32))
        blank = np.zeros(len(table.unlabelled))
        unshown = replace(table.unlabelled, y=blank.astype(np.int64), weight=blank.astype(np.float32))
        return shown.plus(replace(unshown, propensity=None))

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        with_guesses(net)
        net.register_buffer(SHOWN, torch.tensor(0.5))
        return net

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        # NOTE[DIFF] guesses are learnt first and then fixed, where the paper alternates between both networks
        shown = table.take(table.weight > 0)
        plain = replace(shown, weight=np.ones(len(shown), np.float32))
        learn_guesses(net, train, Strategy(), self.first, plain)
        net.get_buffer(SHOWN).fill_(len(shown) / len(table))
        net = train(net, share=1 - self.first)
        del net.guesses
        return net

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        part = net.get_buffer(SHOWN)
        guess = net.get_submodule("guesses")(batch).softmax(-1).detach()
        fault = indicators(batch.y, len(at.counts), guess.dtype) - guess
        unshown = (batch.weight == 0).to(guess)[:, None]
        # means over shown and over unshown rows, each written as a mean over the batch
        target = unshown * guess / (1 - part) + (1 - unshown) * batch.weight[:, None] * fault / part
        terms: Tensor = -(target * net(batch).log_softmax(-1)).sum(-1)
        return terms

    def shift(self, trained: Profile) -> None:
        # the class frequencies of rows that were not shown are unknown
        return None
