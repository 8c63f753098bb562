"""Generated clicks of a shop that changes over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrDrift(GeneratedClicks):
    """2 % clicks with drift in the popularity of items and in the taste of users; Bayes AP .3."""

    name: ClassVar[str] = "ctr-drift"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    popularity_drift: float = 0.6
    taste_drift: float = 0.3
