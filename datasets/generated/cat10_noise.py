"""Ten generated categories with label noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Noise(GeneratedCategories):
    """Classes of cat10, with a tenth of the labels drawn anew; Bayes macro AP .56 of the recorded labels."""

    name: ClassVar[str] = "cat10-noise"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.56
    label_noise: float = 0.1
