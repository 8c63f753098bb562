"""Conditional GAN: rows of small classes drawn from a generator that learnt all classes together."""

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
from longtail.strategies.targets import TARGET, why_not_raised


@final
@dataclass(frozen=True)
class ConditionalGan(Strategy):
    """Draw new rows of small classes from a generator told the class, until each has `target` of the largest.

    Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville 2017, NeurIPS, algorithm 1 (gradient penalty), on mixed columns
    as Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4 (Gumbel-softmax categories, a
    condition). `adversary` logistic has the loss of the first conditional GAN (Mirza and Osindero 2014), where the
    critic D minimises -E log D(x | y) - E log(1 - D(G(z | y) | y)), in the place of the Wasserstein one, with the same
    penalty; the generator minimises -E log D. It learns from at most `rows` rows, the largest classes cut first. A
    class with fewer than `least` rows is neither learnt nor drawn. Drawn values and codes are ones that were observed.
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
    adversary: Literal["wasserstein", "logistic"] = "wasserstein"
    critic_steps: int = 5
    batch: int = 64
    noise: int = 64
    width: int = 128
    penalty: float = 10.0
    learning_rate: float = 4e-3
    temperature: float = 0.2

    def __post_init__(self) -> None:
        share("target", self.target)
        among("adversary", self.adversary, ("wasserstein", "logistic"))
        for thing in ("rows", "codes", "steps", "critic_steps", "batch", "noise", "width"):
            whole(thing, getattr(self, thing))
        whole("least", self.least, 2)
        for thing in ("penalty", "learning_rate", "temperature"):
            positive(thing, getattr(self, thing))

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.target, self.least)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return grown(
            table, self.target, self.least, self.rows, rng, lambda learnt, y: self.like(learnt, y, rng, resources)
        )

    def like(self, learnt: Table, y: Ints, rng: np.random.Generator, resources: Resources) -> Floats:
        """New rows (n, d) of classes y (n,)."""
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
