"""Vocabularies of all scenarios by name."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary import finance, medicine, service, shops
from longtail.datasets.generator.vocabulary.base import Vocabulary

SCENARIOS: dict[str, Vocabulary] = {
    "sneakers-daily": shops.SNEAKERS_DAILY,
    "electronics-home": shops.ELECTRONICS_HOME,
    "travel-clothing": shops.TRAVEL_CLOTHING,
    "luxury-daily": shops.LUXURY_DAILY,
    "smart-home": shops.SMART_HOME,
    "service-intents": service.SERVICE_INTENTS,
    "financial-risk": finance.FINANCIAL_RISK,
    "medical-diagnosis": medicine.MEDICAL_DIAGNOSIS,
}
