"""Loans by financial risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.scenarios.base import Scenario


@final
@dataclass(frozen=True)
class FinancialRisk(Scenario):
    """Loans by outcome or delay: four of five are paid back."""

    name: ClassVar[str] = "financial-risk"
    row: ClassVar[str] = "one loan that has ended or is late"
    label: ClassVar[str] = "how the loan stands"

    scenario: str = "financial-risk"
    shape: str = "given"
    bayes_ap: float = 0.5
    brands: int = 300
