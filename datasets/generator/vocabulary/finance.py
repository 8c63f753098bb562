"""Loans of a lending platform between private people."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary.base import Vocabulary

FINANCIAL_RISK = Vocabulary(
    shares={
        "fully paid": 1_076_751,
        "charged off": 268_599,
        "late by 31 to 120 days": 21_467,
        "in grace period": 8_436,
        "late by 16 to 30 days": 4_349,
    },
    why="not measured, from memory with only the total checked: the loans that LendingClub granted from 2007 to 2018, "
    "by status; those still paid as agreed are left out, since how they end is open, and 40 in default are counted "
    "with those charged off",
    columns={
        "relevance": "bureau_score",
        "price": "income_thousands",
        "discount": "credit_utilisation",
        "rating": "branch_rating",
        "reviews": "payments_before",
        "session_seconds": "application_seconds",
        "pages_viewed": "open_accounts",
        "days_since_visit": "months_since_delinquency",
        "basket_value": "revolving_balance",
        "affinity": "behaviour_score",
        "position": "inquiries",
        "device": "home_ownership",
        "channel": "purpose",
        "segment": "grade",
        "query": "job_title",
        "brand": "employer",
        "user": "borrower",
    },
    values={
        "device": ("mortgage", "rent", "other", "own"),
        "channel": ("debt consolidation", "credit card", "home improvement", "car", "medical", "small business"),
        "segment": ("A", "B", "C", "D", "E", "F"),
    },
    qualities=(
        "junior", "senior", "chief", "assistant", "head", "trainee", "deputy", "lead", "night", "field",
        "regional", "shift", "part-time", "freelance", "staff", "principal", "associate", "managing", "temporary",
        "retired",
    ),
    nouns=(
        "nurse", "teacher", "driver", "manager", "engineer", "analyst", "clerk", "cook", "mechanic", "cashier",
        "accountant", "technician", "electrician", "carpenter", "designer", "guard", "pharmacist", "plumber", "editor",
        "translator",
    ),
)  # fmt: skip
