"""Generated clicks of users who differ strongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrUsers(GeneratedClicks):
    """2 % clicks that depend strongly on hidden types of users; Bayes AP .34."""

    name: ClassVar[str] = "ctr-users"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.34
    heterogeneity: float = 0.8
