"""Fifty generated categories that are hard to tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedCategories


@final
@dataclass(frozen=True)
class Cat50Weak(GeneratedCategories):
    """Classes of cat50 with a weak signal; Bayes macro AP .21."""

    name: ClassVar[str] = "cat50-weak"

    rows: int = 20_000
    zipf: float | None = 1.35
    classes: int | None = 50
    bayes_ap: float = 0.21
