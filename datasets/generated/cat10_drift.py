"""Ten generated categories whose popularity and meaning move on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Drift(GeneratedCategories):
    """The classes of cat10, drifting in popularity and in what users like; Bayes macro AP .53."""

    name: ClassVar[str] = "cat10-drift"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.53
    popularity_drift: float = 0.6
    taste_drift: float = 0.6
