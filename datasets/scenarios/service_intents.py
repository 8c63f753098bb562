"""Customer-service intents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.scenarios.base import Scenario


@final
@dataclass(frozen=True)
class ServiceIntents(Scenario):
    """Twenty reasons for which customers write to a shop; one of them has a third of the messages."""

    name: ClassVar[str] = "service-intents"
    row: ClassVar[str] = "one message of a customer to the service of a shop"
    label: ClassVar[str] = "what the customer wants"

    scenario: str = "service-intents"
    shape: str = "given"
    bayes_ap: float = 0.6
