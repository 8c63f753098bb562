"""Ten generated categories along an exponential profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Exp(GeneratedCategories):
    """10 well separated classes along an exponential, the largest 100 times the smallest; Bayes macro AP .85."""

    name: ClassVar[str] = "cat10-exp"

    shape: str = "exponential"
    classes: int | None = 10
    imbalance_ratio: float | None = 100.0
    bayes_ap: float = 0.85
