"""Base of the scenarios: their words, and proportions with a source or a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.source import GeneratedCategories
from longtail.datasets.generator.vocabulary.base import Vocabulary
from longtail.datasets.generator.vocabulary.scenarios import SCENARIOS


@dataclass(frozen=True)
class Scenario(GeneratedCategories):
    """Generated dataset with the classes and proportions of a scenario; another `shape` replaces the proportions."""

    row: ClassVar[str]
    label: ClassVar[str]

    rows: int = 20_000

    @property
    def words(self) -> Vocabulary:
        return SCENARIOS[self.scenario]

    @property
    def imbalance(self) -> Imbalance:
        if self.shape != "given":
            return Imbalance(self.shape, self.zipf, self.classes, self.imbalance_ratio)  # type: ignore[arg-type]
        return Imbalance("given", self.zipf, self.classes, self.imbalance_ratio, self.words.proportions)

    @property
    def story(self) -> tuple[str, str, str]:
        title = (type(self).__doc__ or "").partition("\n")[0].rstrip(".")
        return title, self.row, f"{self.label} (proportions {self.words.why})"
