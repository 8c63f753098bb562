"""A hundred generated categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat100(GeneratedCategories):
    """100 classes along an exponential, the largest 100 times the smallest; Bayes macro AP .56."""

    name: ClassVar[str] = "cat100"

    rows: int = 20_000
    shape: str = "exponential"
    classes: int | None = 100
    imbalance_ratio: float | None = 100.0
    bayes_ap: float = 0.56
