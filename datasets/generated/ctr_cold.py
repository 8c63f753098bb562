"""Generated clicks of users who are mostly unseen in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrCold(GeneratedClicks):
    """2 % clicks that depend on hidden types, with nine of ten test rows by unseen users; Bayes AP .34."""

    name: ClassVar[str] = "ctr-cold"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.34
    heterogeneity: float = 0.8
    cold: float = 0.9
