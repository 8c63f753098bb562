"""Skin lesions by medical diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.scenarios.base import Scenario


@final
@dataclass(frozen=True)
class MedicalDiagnosis(Scenario):
    """Skin lesions by diagnosis, two thirds of them harmless moles."""

    name: ClassVar[str] = "medical-diagnosis"
    row: ClassVar[str] = "one lesion of a patient, examined"
    label: ClassVar[str] = "the diagnosis"

    scenario: str = "medical-diagnosis"
    shape: str = "given"
    bayes_ap: float = 0.65
    rows: int = 10_000
