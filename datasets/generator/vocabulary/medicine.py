"""Skin lesions in a dermatology practice."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary.base import Vocabulary

MEDICAL_DIAGNOSIS = Vocabulary(
    shares={
        "melanocytic naevus": 6_705,
        "melanoma": 1_113,
        "benign keratosis": 1_099,
        "basal cell carcinoma": 514,
        "actinic keratosis": 327,
        "vascular lesion": 142,
        "dermatofibroma": 115,
    },
    why="measured: images by diagnosis in HAM10000 (Tschandl, Rosendahl and Kittler 2018, Scientific Data 5). The "
    "relations of columns to diagnoses are drawn, not measured",
    columns={
        "relevance": "asymmetry",
        "price": "area_mm2",
        "discount": "border_irregularity",
        "rating": "colour_contrast",
        "reviews": "moles_counted",
        "session_seconds": "examination_seconds",
        "pages_viewed": "images_taken",
        "days_since_visit": "weeks_since_change",
        "basket_value": "sun_hours_a_month",
        "affinity": "texture",
        "position": "visits",
        "device": "dermatoscope",
        "channel": "referral",
        "region": "body_site",
        "segment": "skin_type",
        "query": "finding",
        "brand": "practice",
        "user": "patient",
    },
    values={
        "device": ("polarised", "contact", "video", "phone"),
        "channel": ("family doctor", "screening", "own accord", "hospital", "tele-dermatology", "pharmacy"),
        "region": (
            "back", "lower leg", "trunk", "arm", "abdomen", "face", "chest", "foot", "neck", "scalp", "hand", "ear",
        ),
        "segment": ("II", "III", "I", "IV", "V", "VI"),
    },
    qualities=(
        "brown", "black", "pink", "grey", "blue", "white", "regular", "irregular", "small", "large",
        "raised", "flat", "scaly", "smooth", "itching", "bleeding", "old", "new", "growing", "stable",
    ),
    nouns=(
        "network", "globules", "dots", "streaks", "veil", "scar", "vessels", "cyst", "nest", "plaque",
        "papule", "nodule", "halo", "crust", "blotch", "spot", "lacuna", "fissure", "border", "patch",
    ),
)  # fmt: skip
