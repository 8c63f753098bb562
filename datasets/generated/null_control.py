"""Generated categories on which no strategy can help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class NullControl(GeneratedCategories):
    """10 classes, linear in few plain columns, many rows: logistic regression is at the limit; Bayes macro AP .53."""

    name: ClassVar[str] = "null-control"

    rows: int = 40_000
    classes: int | None = 10
    imbalance_ratio: float | None = 20.0
    bayes_ap: float = 0.53
    heterogeneity: float = 0.0
    interactions: float = 0.0
    wide: float | None = 0.0
    users: int = 200
    brands: int = 10
    queries: int = 10
    margins: str = "normal"
