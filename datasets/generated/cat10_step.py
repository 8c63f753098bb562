"""Ten generated categories, five frequent and five rare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Step(GeneratedCategories):
    """5 classes with 50 times the rows of each of 5 others; Bayes macro AP .6."""

    name: ClassVar[str] = "cat10-step"

    shape: str = "step"
    classes: int | None = 10
    imbalance_ratio: float | None = 50.0
    bayes_ap: float = 0.6
