"""Ten generated categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10(GeneratedCategories):
    """10 classes along Zipf 2: the largest has 100 times the rows of the smallest; Bayes macro AP .66."""

    name: ClassVar[str] = "cat10"

    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.66
