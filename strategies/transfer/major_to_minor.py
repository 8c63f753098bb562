"""Major-to-minor translation: rows of frequent classes are moved until a first network takes them for rare ones."""

import copy
from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import inside, positive, whole
from longtail.strategies.table import Profile, Table

START = 0.5
"""largest initial distance of a translation from its seed"""


@final
@dataclass(frozen=True)
class MajorToMinor(Strategy):
    """Train plainly for `share` of the budget, then on balanced batches whose rare rows are translated frequent rows.

    Kim, Jeong and Shin 2020, CVPR (M2m). A row of class k is replaced with probability 1 - n_k / n_1. The seed is a row
    of the batch, of class k0 with chances in proportion to 1 - `beta`^max(0, n_k0 - n_k). It moves in `moves` steps of
    length `step` down CE(g(x), k) + `lam` f_k0(x), where g is the plain network and f the one in training. It is
    accepted with this chance if g gives k a probability of at least `gamma`; otherwise the row is not replaced.
    """

    name: ClassVar[str] = "major-to-minor"
    paper: ClassVar[str] = "Kim, Jeong and Shin 2020, CVPR, M2m"
    claims: ClassVar[frozenset[str]] = frozenset({"logits", "objective"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "gamma": (0.3, 0.5, 0.9),
        "beta": (0.9, 0.99, 0.999),
        "moves": (5, 10),
    }
    share: float = 0.6
    beta: float = 0.999
    lam: float = 0.5
    gamma: float = 0.5  # NOTE[DIFF] .9 and .99 on images; with weak signals no network is that certain of a rare class
    step: float = 0.1
    moves: int = 10

    def __post_init__(self) -> None:
        for thing in ("share", "beta", "gamma"):
            inside(thing, getattr(self, thing))
        for thing in ("lam", "step"):
            positive(thing, getattr(self, thing))
        whole("moves", self.moves)

    def why_skip(self, profile: Profile) -> str | None:
        if 0 not in profile.cardinalities:
            return "a translation moves numbers, and all columns are categories"
        return why_not_uneven(profile)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        # NOTE[DIFF] one plain network is both g and the start of f, where the paper trains two
        net = train(net, using=Strategy(), share=self.share)
        net.add_module("guide", copy.deepcopy(net).requires_grad_(False))
        net = train(
            net, using=Translation(self.beta, self.lam, self.gamma, self.step, self.moves), share=1 - self.share
        )
        del net.guide
        return net

    def draw(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, 0.0)


@final
@dataclass(frozen=True)
class Translation(Strategy):
    """Train on translated rows, as the second stage; the plain network is a submodule of the one in training."""

    beta: float = 0.999
    lam: float = 0.5
    gamma: float = 0.5
    step: float = 0.1
    moves: int = 10

    def draw(self, at: Moment) -> Tensor:
        return powered_draw(at.counts, 0.0)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        rows, rng = len(batch.y), at.rng
        own = at.counts[batch.y]
        replaced = rng.uniform(rows) >= own / at.counts.max()
        chances = 1 - self.beta ** (own[None, :] - own[:, None]).clamp_min(0)
        edges = chances.cumsum(1)
        seed = (rng.uniform(rows)[:, None] * edges[:, -1:] >= edges).sum(1).clamp_max(rows - 1)
        accepted = rng.uniform(rows) < chances.gather(1, seed[:, None])[:, 0]
        start = batch._replace(x=tuple(part[seed] for part in batch.x))
        moved, sure = self.translated(net, start, batch.y, batch.y[seed], rng.uniform(*batch.x[0].shape))
        taken = (replaced & accepted & (sure >= self.gamma))[:, None]
        x = tuple(torch.where(taken, a, b) for a, b in zip(moved, batch.x, strict=True))
        batch = batch._replace(x=x)
        return losses(net(batch), batch)

    def translated(
        self, net: Net, seeds: Batch, target: Tensor, origin: Tensor, noise: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Return the seeds moved towards the classes `target` (B,), and the guide's probabilities of these (B,)."""
        guide = net.get_submodule("guide")
        # NOTE[DIFF] only numbers move, as codes can't change gradually
        numbers, *codes = seeds.x

        def guessed(x: Tensor) -> Tensor:
            logits: Tensor = guide(seeds._replace(x=(x, *codes), other=None))
            return logits.log_softmax(-1).gather(1, target[:, None])[:, 0]

        def cost(x: Tensor) -> Tensor:
            still: Tensor = net(seeds._replace(x=(x, *codes), other=None)).gather(1, origin[:, None])[:, 0]
            total: Tensor = self.lam * still - guessed(x)
            return total.sum()

        away = noise - 0.5
        x = numbers + away * (START / away.norm(dim=1, keepdim=True).clamp_min(START))
        with torch.no_grad():
            for _ in range(self.moves):
                slope = torch.func.grad(cost)(x)
                x = x - self.step * F.normalize(slope, dim=1, eps=1e-10)
            return (x.detach(), *codes), guessed(x).exp()
