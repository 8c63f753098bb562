"""Ten generated categories with labels gone wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10Noise(GeneratedCategories):
    """The classes of cat10, a tenth of the labels drawn anew; Bayes macro AP .56 of the labels as recorded."""

    name: ClassVar[str] = "cat10-noise"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.56
    label_noise: float = 0.1
