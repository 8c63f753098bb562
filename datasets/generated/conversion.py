"""Generated purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedConversions


@final
@dataclass(frozen=True)
class Conversion(GeneratedConversions):
    """1 visit to an item in 20 ends in a purchase, and the columns say well which one; Bayes AP .78."""

    name: ClassVar[str] = "conversion"

    bayes_ap: float = 0.78
    rate: float = 0.05
