"""Three hundred generated items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedItems


@final
@dataclass(frozen=True)
class Item300(GeneratedItems):
    """300 items with a Zipf 1 popularity within each of 20 categories; Bayes macro AP .43."""

    name: ClassVar[str] = "item300"

    rows: int = 24_000
    bayes_ap: float = 0.43
