"""TabDDPM: rows of small classes are drawn by diffusion, Gaussian for numbers and multinomial for codes."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.diffusion import Diffusion, undone
from longtail.strategies.mechanisms.generated_rows import grown
from longtail.strategies.mechanisms.generator_steps import Descent, Noise, alike
from longtail.strategies.mechanisms.mixed_columns import NumberScores, columns_of, indicators, narrowed, widened
from longtail.strategies.rules import positive, share, whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised


@final
@dataclass(frozen=True)
class TabDdpm(Strategy):
    """Draw new rows of small classes from a class-conditional diffusion model.

    Kotelnikov, Baranchuk, Rubachev and Babenko 2023, ICML, section 4: numbers as normal quantiles, with Gaussian
    diffusion that predicts the noise; codes by multinomial diffusion that predicts the row; a cosine schedule of
    `moments` time steps; the loss is the squared error plus the mean of the divergences over categorical columns.
    Training takes at most `rows` rows, cutting the largest classes first. A class with fewer than `least` rows is
    neither learnt nor drawn. Drawn values and codes were all observed.
    """

    name: ClassVar[str] = "tab-ddpm"
    paper: ClassVar[str] = "Kotelnikov, Baranchuk, Rubachev and Babenko 2023, ICML, section 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "steps": (400, 800, 2000)}
    strength: float = STRENGTH
    least: int = 5
    rows: int = 10_000
    codes: int = 50  # the most frequent codes of a category are learnt one by one, the others as one
    moments: int = 100
    steps: int = 800  # NOTE[DIFF] takes seconds; the authors' code has 5,000 to 30,000 steps of up to 4,096 rows
    batch: int = 256
    width: int = 128
    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        share("strength", self.strength)
        for thing in ("rows", "codes", "steps", "batch", "width"):
            whole(thing, getattr(self, thing))
        for thing in ("least", "moments"):
            whole(thing, getattr(self, thing), 2)
        positive("learning_rate", self.learning_rate)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_raised(profile.counts, self.strength, self.least)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return grown(
            table, self.strength, self.least, self.rows, rng, lambda learnt, y: self.like(learnt, y, rng, resources)
        )

    def like(self, learnt: Table, y: Ints, rng: np.random.Generator, resources: Resources) -> Floats:
        """Return new rows (n, d) of classes y (n,), learnt from the rows of `learnt`."""
        columns, noise = columns_of(learnt, self.codes), Noise.of(rng, resources.device)
        parts = (widened(learnt, columns), indicators(learnt.y, learnt.classes), indicators(y, learnt.classes))
        real, label, wanted = (torch.from_numpy(part).to(resources.device) for part in parts)
        number = [isinstance(column, NumberScores) for column in columns]
        places = [column.places for column in columns]
        model = Diffusion(places, number, learnt.classes, self.moments, self.width, noise.source).to(resources.device)
        descent = Descent(model, self.learning_rate, self.steps, (0.9, 0.999))
        # NOTE[DIFF] classes are drawn evenly, so that rare ones are learnt in these few steps
        for at in torch.split(noise.rows(alike(label), self.steps * self.batch), self.batch):
            descent.down(model.loss(real[at], label[at], noise).mean())
        return narrowed(undone(model, wanted, noise).cpu().numpy(), y, columns, rng)
