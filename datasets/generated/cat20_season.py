"""Twenty generated categories with a weekly cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat20Season(GeneratedCategories):
    """20 classes along Zipf 1.5, each frequent on its own days of the week; Bayes macro AP .55."""

    name: ClassVar[str] = "cat20-season"

    rows: int = 20_000
    zipf: float | None = 1.5
    classes: int | None = 20
    bayes_ap: float = 0.55
    seasonality: float = 1.0
