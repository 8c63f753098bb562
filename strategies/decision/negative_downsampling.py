"""Negative down-sampling: a part of the most frequent class is kept, and probabilities are corrected afterwards."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import Resources, Scores, Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.mechanisms.prior_shift import known, moved
from longtail.strategies.rules import inside
from longtail.strategies.table import Floats, Ints, Profile, Table
from longtail.strategies.targets import part_of


@final
@dataclass(frozen=True)
class NegativeDownsampling(Strategy):
    """Keep a share `rate` of the most frequent class, and map p to p / (p + (1 - p) / rate) afterwards.

    He et al. 2014, ADKDD, section 6.3. The map is Bayes' rule from the priors of the rows trained on to the natural
    ones, and is computed as such. So it is also right with weights and for more than two classes, where only the most
    frequent class is cut.
    """

    name: ClassVar[str] = "negative-downsampling"
    paper: ClassVar[str] = "He et al. 2014, ADKDD, section 6.3"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"rate": (0.025, 0.1, 0.3, 0.5)}
    rate: float = 0.1

    def __post_init__(self) -> None:
        inside("rate", self.rate)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        kept = table.counts
        most = int(kept.argmax())
        kept[most] = max(1, round(self.rate * kept[most]))
        return table.take(part_of(table.y, kept, rng))

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores:
        before, after = known(trained), known(natural)
        return lambda given: moved(given, before, after)
