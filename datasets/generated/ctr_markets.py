"""Generated clicks of a small market, with those of a large market whose taste differs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.datasets.base import Dataset
from longtail.datasets.generator.markets import source_market
from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrMarkets(GeneratedClicks):
    """3,000 impressions of a young market, 1 % of them clicked, and 30,000 of an older one with the same columns.

    In the older one, taste has turned by a third of `taste_shift` quarter turns on average; at 0 both follow the same
    law.
    """

    name: ClassVar[str] = "ctr-markets"

    rows: int = 3_000
    bayes_ap: float = 0.24
    source_rows: int = 30_000
    taste_shift: float = 1.0

    def __post_init__(self) -> None:
        GeneratedClicks.__post_init__(self)
        if self.source_rows < 1:
            raise ValueError(f"source_rows must be 1 or more, not {self.source_rows}")
        if not 0 <= self.taste_shift <= 1:
            raise ValueError(f"taste_shift must be a number of quarter turns from 0 to 1, not {self.taste_shift}")

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        market = source_market(self.name, self.story, self.spec, seed, self.source_rows, self.taste_shift)
        return dataclasses.replace(GeneratedClicks.load(self, seed), source=market)

    def identity(self) -> dict[str, Any]:
        own = {"source_rows": self.source_rows, "taste_shift": self.taste_shift}
        return GeneratedClicks.identity(self) | own
