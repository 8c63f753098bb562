"""Ten generated categories, mildly imbalanced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Mild(GeneratedCategories):
    """10 classes along Zipf 1: the largest has 10 times the rows of the smallest; Bayes macro AP .63."""

    name: ClassVar[str] = "cat10-mild"

    rows: int = 6_000
    zipf: float | None = 1.0
    classes: int | None = 10
    bayes_ap: float = 0.63
