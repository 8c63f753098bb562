"""Conditional WGAN-GP with training by sampling and mode-specific normalisation: the ideas of CTGAN."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.generated_rows import grown
from longtail.strategies.mechanisms.generator_steps import Noise
from longtail.strategies.mechanisms.mixed_columns import averages, indicators
from longtail.strategies.mechanisms.mode_normalisation import SPREADS, ColumnModes
from longtail.strategies.mechanisms.training_by_sampling import Choices
from longtail.strategies.mechanisms.wasserstein import CriticPlan, drawn, trained
from longtail.strategies.rules import positive, share, whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised


@final
@dataclass(frozen=True)
class ConditionalWganGp(Strategy):
    """Draw new rows of small classes from a generator conditioned on the class and on one category's value.

    Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4 (CTGAN): numbers as a mode of their
    column and a position in it; training by sampling, where the conditioning value is drawn by the logarithm of its
    frequency and the generator pays the cross-entropy of missing it; a critic of `pack` rows with gradient penalty.
    Training takes at most `rows` rows, cutting the largest classes first. A class with fewer than `least` rows is
    neither learnt nor drawn. Drawn codes were all observed; drawn numbers lie within the observed range.
    """

    name: ClassVar[str] = "conditional-wgan-gp"
    paper: ClassVar[str] = "Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "steps": (150, 300, 1000), "pack": (1, 5)}
    strength: float = STRENGTH
    least: int = 5
    rows: int = 10_000
    codes: int = 50  # the most frequent codes of a category are learnt one by one, the others as one
    modes: int = 10
    steps: int = 300  # NOTE[DIFF] takes seconds; the paper trains for 300 epochs; so the rate is larger, falling to 0
    critic_steps: int = 5
    batch: int = 100
    pack: int = 1  # NOTE[DIFF] 10 in the paper, with which the critic learns too little in so few steps
    noise: int = 64
    width: int = 128
    penalty: float = 10.0
    learning_rate: float = 4e-3
    temperature: float = 0.2

    def __post_init__(self) -> None:
        share("strength", self.strength)
        for thing in ("rows", "codes", "modes", "steps", "critic_steps", "batch", "pack", "noise", "width"):
            whole(thing, getattr(self, thing))
        whole("least", self.least, 2)
        for thing in ("penalty", "learning_rate", "temperature"):
            positive(thing, getattr(self, thing))
        if self.batch % self.pack:
            raise ValueError(f"batch must be a multiple of pack = {self.pack}, got {self.batch}")

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, self.least)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return grown(
            table, self.strength, self.least, self.rows, rng, lambda learnt, y: self.like(learnt, y, rng, resources)
        )

    def like(self, learnt: Table, y: Ints, rng: np.random.Generator, resources: Resources) -> Floats:
        """Return new rows (n, d) of classes y (n,), learnt from the rows of `learnt`."""
        mixture, noise = ColumnModes.of(learnt, self.modes, self.codes, rng), Noise.of(rng, resources.device)
        wide, places = mixture.wide(learnt), mixture.places
        labels = indicators(learnt.y, learnt.classes)
        # NOTE[DIFF] no batch norm, dropout or skip connections; the generator starts from the averages of the classes
        parts = (wide, labels, averages(wide, labels, places))
        real, label, start = (torch.from_numpy(part).to(resources.device) for part in parts)
        choices = Choices.of(real, label, [len(column.places) == 1 for column in mixture.columns], places)
        sizes = (self.steps, self.critic_steps, self.batch, self.noise, self.width)
        plan = CriticPlan(*sizes, self.penalty, self.learning_rate, self.temperature, self.pack)
        told = choices.told(plan.turns, plan.batch, noise)
        generator = trained(real, told, choices.start(start), places, plan, noise, choices.lack, SPREADS)
        wanted = choices.wanted(torch.from_numpy(y).to(resources.device), noise)
        return mixture.back(drawn(generator, wanted, plan, noise).cpu().numpy(), y, rng)
