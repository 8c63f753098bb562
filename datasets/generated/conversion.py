"""Generated purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedConversions


@final
@dataclass(frozen=True)
class Conversion(GeneratedConversions):
    """Visits to items, 1 in 20 with a purchase that the columns predict well; Bayes AP .78."""

    name: ClassVar[str] = "conversion"

    bayes_ap: float = 0.78
    rate: float = 0.05
