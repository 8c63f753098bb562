"""TVAE: rows of small classes are drawn from a variational autoencoder of mixed columns."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch

from longtail.strategies.base import Resources, Strategy
from longtail.strategies.mechanisms.autoencoder import Autoencoder, decoded, fitted
from longtail.strategies.mechanisms.generated_rows import grown
from longtail.strategies.mechanisms.generator_steps import Noise
from longtail.strategies.mechanisms.mixed_columns import averages, indicators
from longtail.strategies.mechanisms.mode_normalisation import ColumnModes
from longtail.strategies.rules import positive, share, whole
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import STRENGTH, STRENGTHS, why_not_raised


@final
@dataclass(frozen=True)
class Tvae(Strategy):
    """Draw new rows of small classes by decoding normal noise with a class-conditional autoencoder.

    Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4 (TVAE): numbers as a mode of their
    column and a position in it, as a normal with learnt spread; the evidence lower bound, with the reconstruction
    weighted by `factor`. Training takes at most `rows` rows, cutting the largest classes first. A class with fewer than
    `least` rows is neither learnt nor drawn. Drawn codes were all observed; drawn numbers lie within the observed
    range.
    """

    name: ClassVar[str] = "tvae"
    paper: ClassVar[str] = "Xu, Skoularidou, Cuesta-Infante and Veeramachaneni 2019, NeurIPS, section 4"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"strength": STRENGTHS, "steps": (300, 1000, 2000)}
    strength: float = STRENGTH
    least: int = 5
    rows: int = 10_000
    codes: int = 50  # the most frequent codes of a category are learnt one by one, the others as one
    modes: int = 10
    steps: int = 1000  # NOTE[DIFF] takes seconds, where the paper trains for 300 epochs
    batch: int = 200
    latent: int = 32
    width: int = 128
    factor: float = 2.0
    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        share("strength", self.strength)
        for thing in ("rows", "codes", "modes", "steps", "batch", "latent", "width"):
            whole(thing, getattr(self, thing))
        whole("least", self.least, 2)
        for thing in ("factor", "learning_rate"):
            positive(thing, getattr(self, thing))

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
        parts = (wide, labels, averages(wide, labels, places), indicators(y, learnt.classes))
        real, label, start, wanted = (torch.from_numpy(part).to(resources.device) for part in parts)
        # NOTE[DIFF] the class is a condition, where the paper has it as a column; classes are drawn evenly
        net = Autoencoder(start, places, self.latent, self.width, noise.source).to(resources.device)
        fitted(net, real, label, self.steps, self.batch, self.factor, self.learning_rate, noise)
        return mixture.back(decoded(net, wanted, noise).cpu().numpy(), y, rng)
