"""Conditional GAN: rows of small classes are drawn from a generator that learnt all classes together."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import numpy as np
import torch

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.generated_rows import grown
from longtail.strategies.mechanisms.generator_steps import Noise
from longtail.strategies.mechanisms.mixed_columns import averages, columns_of, indicators, narrowed, widened
from longtail.strategies.mechanisms.wasserstein import CriticPlan, by_class, drawn, trained
from longtail.strategies.rules import among, positive, share, whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised


@final
@dataclass(frozen=True)
class ConditionalGan(Strategy):
    """Draw new rows of small classes from a class-conditional generator.

    Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville 2017, NeurIPS, algorithm 1 (gradient penalty), on mixed columns
    as in Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4 (Gumbel-softmax categories, a
    condition). `adversary` logistic replaces the Wasserstein loss by that of the first conditional GAN (Mirza and
    Osindero 2014), with the same penalty: the critic D minimises -E log D(x | y) - E log(1 - D(G(z | y) | y)), the
    generator -E log D. Training takes at most `rows` rows, cutting the largest classes first. A class with fewer than
    `least` rows is neither learnt nor drawn. Drawn values and codes were all observed.
    """

    name: ClassVar[str] = "conditional-gan"
    paper: ClassVar[str] = "Gulrajani et al. 2017, NeurIPS, algorithm 1; Xu et al. 2019, NeurIPS, section 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "steps": (100, 200, 400)}
    strength: float = STRENGTH
    least: int = 5
    rows: int = 10_000
    codes: int = 50  # the most frequent codes of a category are learnt one by one, the others as one
    steps: int = (
        200  # NOTE[DIFF] takes seconds, where Xu et al. train for 300 epochs; so the rate is larger and falls to 0
    )
    adversary: Literal["wasserstein", "logistic"] = "wasserstein"
    critic_steps: int = 5
    batch: int = 64
    noise: int = 64
    width: int = 128
    penalty: float = 10.0
    learning_rate: float = 4e-3
    temperature: float = 0.2

    def __post_init__(self) -> None:
        share("strength", self.strength)
        among("adversary", self.adversary, ("wasserstein", "logistic"))
        for thing in ("rows", "codes", "steps", "critic_steps", "batch", "noise", "width"):
            whole(thing, getattr(self, thing))
        whole("least", self.least, 2)
        for thing in ("penalty", "learning_rate", "temperature"):
            positive(thing, getattr(self, thing))

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, self.least)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return grown(
            table, self.strength, self.least, self.rows, rng, lambda learnt, y: self.like(learnt, y, rng, resources)
        )

    def like(self, learnt: Table, y: Ints, rng: np.random.Generator, resources: Resources) -> Floats:
        """Return new rows (n, d) of classes y (n,), learnt from the rows of `learnt`."""
        columns = columns_of(learnt, self.codes)
        wide, places = widened(learnt, columns), [column.places for column in columns]
        labels = indicators(learnt.y, learnt.classes)
        sizes = (self.steps, self.critic_steps, self.batch, self.noise, self.width)
        rates = (self.penalty, self.learning_rate, self.temperature)
        plan = CriticPlan(*sizes, *rates, wasserstein=self.adversary == "wasserstein")
        noise = Noise.of(rng, resources.device)
        parts = (wide, labels, averages(wide, labels, places), indicators(y, learnt.classes))
        real, label, start, wanted = (torch.from_numpy(part).to(resources.device) for part in parts)
        generator = trained(real, by_class(label, plan, noise), start, places, plan, noise)
        return narrowed(drawn(generator, wanted, plan, noise).cpu().numpy(), y, columns, rng)
