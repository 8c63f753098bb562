"""Ten generated categories of which few rows have a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat10FewLabels(GeneratedCategories):
    """The categories of cat10, 2,000 rows with a label and 20,000 without: for what learns from rows without labels."""

    name: ClassVar[str] = "cat10-few-labels"

    rows: int = 2_000
    unlabelled: int = 20_000
    zipf: float | None = 2.0
    classes: int | None = 10
    bayes_ap: float = 0.66
