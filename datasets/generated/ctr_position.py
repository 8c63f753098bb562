"""Generated clicks that depend on the position on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrPosition(GeneratedClicks):
    """2 % clicks on impressions examined with a chance of one over the position; Bayes AP .3."""

    name: ClassVar[str] = "ctr-position"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    position_bias: float = 1.0
