"""Ten generated categories with few labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10FewLabels(GeneratedCategories):
    """Classes of cat10, 2,000 rows with a label and 20,000 without, for methods that learn from unlabelled rows."""

    name: ClassVar[str] = "cat10-few-labels"

    rows: int = 2_000
    unlabelled: int = 20_000
    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.66
