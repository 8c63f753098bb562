"""Ten generated categories with missing values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Missing(GeneratedCategories):
    """Classes of cat10, with two of five values missing in three of the columns; Bayes macro AP .6."""

    name: ClassVar[str] = "cat10-missing"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.6
    missing: float = 0.4
