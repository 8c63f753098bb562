"""Ten generated categories with drift in popularity and taste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Drift(GeneratedCategories):
    """Classes of cat10, with drift in their popularity and in the taste of users; Bayes macro AP .53."""

    name: ClassVar[str] = "cat10-drift"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.53
    popularity_drift: float = 0.6
    taste_drift: float = 0.6
