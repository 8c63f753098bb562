"""Fifty generated categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat50(GeneratedCategories):
    """50 classes along Zipf 1.35: the largest has 200 times the rows of the smallest; Bayes macro AP .55."""

    name: ClassVar[str] = "cat50"

    zipf: float | None = 1.35
    classes: int | None = 50
    bayes_ap: float = 0.55
