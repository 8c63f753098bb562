"""Generated clicks that are very rare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrRare(GeneratedClicks):
    """1 click in 500 impressions, 120 among the training rows; Bayes AP .15."""

    name: ClassVar[str] = "ctr-rare"

    rows: int = 60_000
    test_rows: int = 60_000
    rate: float = 0.002
    bayes_ap: float = 0.15
