"""Luxury against daily goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.scenarios.base import Scenario


@final
@dataclass(frozen=True)
class LuxuryDaily(Scenario):
    """Eight kinds of daily goods, and five kinds of luxury with one click in twenty."""

    name: ClassVar[str] = "luxury-daily"
    row: ClassVar[str] = "one session of a user up to its click"
    label: ClassVar[str] = "the category of the item clicked"

    scenario: str = "luxury-daily"
    shape: str = "given"
    bayes_ap: float = 0.55
