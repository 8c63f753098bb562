"""Messages to the customer service of a shop."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary.base import Vocabulary, mixed, zipf

SERVICE_INTENTS = Vocabulary(
    shares=mixed(
        (0.35, {"where is my order": 1.0}),
        (
            0.65,
            zipf(
                "return an item",
                "refund status",
                "change the order",
                "cancel the order",
                "damaged item",
                "wrong item",
                "question on a product",
                "payment failed",
                "voucher does not work",
                "log-in problem",
                "change the address",
                "invoice",
                "guarantee",
                "back in stock",
                "delete the account",
                "complaint on the courier",
                "gift wrapping",
                "bulk order",
                "praise",
            ),
        ),
    ),
    why="where is my order: 35 %, the middle of the 30 to 40 % of tickets that vendors of help desks report (without a "
    "survey that can be checked). The others are chosen, not measured: shares fall as one over the rank",
    columns={
        "relevance": "intent_score",
        "price": "item_price",
        "discount": "negative_words",
        "rating": "last_satisfaction",
        "reviews": "orders_before",
        "session_seconds": "waiting_seconds",
        "pages_viewed": "messages",
        "days_since_visit": "days_since_order",
        "basket_value": "order_value",
        "affinity": "urgency",
        "position": "contacts",
        "query": "key_phrase",
        "user": "customer",
    },
    values={"channel": ("chat", "e-mail", "phone", "app", "social", "form")},
    qualities=(
        "late", "lost", "broken", "missing", "double", "urgent", "second", "third", "new", "old",
        "partial", "wrong", "unpaid", "express", "foreign", "open", "closed", "signed", "opened", "sealed",
    ),
    nouns=(
        "parcel", "refund", "return", "invoice", "order", "address", "voucher", "card", "size", "colour",
        "account", "password", "courier", "delivery", "exchange", "payment", "label", "receipt", "deposit", "guarantee",
    ),
)  # fmt: skip
