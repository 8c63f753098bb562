"""Fifty generated categories whose users differ strongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat50Users(GeneratedCategories):
    """50 classes along Zipf 1 that depend strongly on hidden types of users; Bayes macro AP .52."""

    name: ClassVar[str] = "cat50-users"

    rows: int = 20_000
    zipf: float | None = 1.0
    classes: int | None = 50
    bayes_ap: float = 0.52
    heterogeneity: float = 1.0
