"""A thousand generated items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedItems


@final
@dataclass(frozen=True)
class Item1000(GeneratedItems):
    """1,000 items with a Zipf 1 popularity within each of 20 categories; Bayes macro AP .4; for full suites only."""

    name: ClassVar[str] = "item1000"

    rows: int = 60_000
    classes: int = 1_000
    bayes_ap: float = 0.4
