"""Generated clicks of users never seen before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrCold(GeneratedClicks):
    """2 % clicks that depend on hidden types, nine of ten test rows by users without a training row; Bayes AP .34."""

    name: ClassVar[str] = "ctr-cold"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.34
    heterogeneity: float = 0.8
    cold: float = 0.9
