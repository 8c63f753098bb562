"""Conditional GAN: rows of small classes drawn from a generator that learnt all classes together."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch

from longtail.strategies.base import Kit, Strategy
from longtail.strategies.generative.columns import averages, columns_of, indicators, narrowed, widened
from longtail.strategies.generative.wasserstein import Noise, Plan, drawn, trained
from longtail.strategies.rules import positive, share, whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import TARGET, levelled, part_of, raised, why_not_raised


@final
@dataclass(frozen=True)
class ConditionalGan(Strategy):
    """Draw new rows of small classes from a generator told the class, until each has `target` of the largest.

    Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville 2017, NeurIPS, algorithm 1 (gradient penalty), on mixed columns
    as Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4 (Gumbel-softmax categories, a
    condition). It learns from at most `rows` rows, the largest classes cut first. A class with fewer than `least` rows
    is neither learnt nor drawn. Drawn values and codes are ones that were observed.
    """

    name: ClassVar[str] = "conditional-gan"
    paper: ClassVar[str] = "Gulrajani et al. 2017, NeurIPS, algorithm 1; Xu et al. 2019, NeurIPS, section 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"target": (0.05, 0.1, 0.3), "steps": (100, 200, 400)}
    target: float = TARGET
    least: int = 5
    rows: int = 10_000
    codes: int = 50  # a category's most frequent codes are learnt one by one, the rest as one
    steps: int = (
        200  # NOTE[DIFF] seconds, where Xu et al. train for 300 epochs; hence a larger rate, falling to 0 at the end
    )
    critic_steps: int = 5
    batch: int = 64
    noise: int = 64
    width: int = 128
    penalty: float = 10.0
    learning_rate: float = 4e-3
    temperature: float = 0.2

    def __post_init__(self) -> None:
        share("target", self.target)
        for thing in ("rows", "codes", "steps", "critic_steps", "batch", "noise", "width"):
            whole(thing, getattr(self, thing))
        whole("least", self.least, 2)
        for thing in ("penalty", "learning_rate", "temperature"):
            positive(thing, getattr(self, thing))

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.target, self.least)

    def resample(self, table: Table, rng: np.random.Generator, kit: Kit) -> Table:
        counts = table.counts
        goals = raised(counts, self.target, self.least)
        if not goals:  # a member's bootstrap may have none to raise
            return table
        learnt = table.take(part_of(table.y, levelled(np.where(counts < self.least, 0, counts), self.rows), rng))
        y = np.repeat(list(goals), [goal - counts[c] for c, goal in goals.items()])
        return table.plus(table.drawn(self.rows_like(learnt, y, rng, kit), y))

    def rows_like(self, learnt: Table, y: Ints, rng: np.random.Generator, kit: Kit) -> Floats:
        """New rows (n, d) of classes y (n,)."""
        columns = columns_of(learnt, self.codes)
        wide, places = widened(learnt, columns), [column.places for column in columns]
        labels = indicators(learnt.y, learnt.classes)
        sizes = (self.steps, self.critic_steps, self.batch, self.noise, self.width)
        plan = Plan(*sizes, self.penalty, self.learning_rate, self.temperature)
        noise = Noise(torch.Generator().manual_seed(int(rng.integers(2**62))), kit.device)
        real, label, start = (
            torch.from_numpy(a).to(kit.device) for a in (wide, labels, averages(wide, labels, places))
        )
        generator = trained(real, label, start, places, plan, noise)
        fake = drawn(generator, torch.from_numpy(y).to(kit.device), plan, noise)
        return narrowed(fake.cpu().numpy(), y, columns, rng)
