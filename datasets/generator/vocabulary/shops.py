"""Shops that sell two kinds of goods."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary.base import Vocabulary, mixed, zipf
from longtail.datasets.generator.vocabulary.olist import DAILY, ELECTRONICS, HOME, SOURCE

SNEAKERS_DAILY = Vocabulary(
    shares=mixed(
        (0.6, {"lifestyle sneakers": 0.5, "running shoes": 0.3, "basketball shoes": 0.15, "limited sneakers": 0.05}),
        (0.4, DAILY),
    ),
    why="chosen, not measured: three of five clicks go to sneakers, as in the week of a launch, and their kinds have "
    f"50, 30, 15 and 5 % of these. The shares within daily goods are measured: {SOURCE}",
)
ELECTRONICS_HOME = Vocabulary(
    shares=mixed((sum(HOME.values()), HOME), (sum(ELECTRONICS.values()), ELECTRONICS)),
    why=f"measured, within kinds and between them: {SOURCE}",
)
TRAVEL_CLOTHING = Vocabulary(
    shares=mixed(
        (0.64, zipf("shoes", "dresses", "jackets", "jeans", "t-shirts", "sportswear", "underwear", "children's wear")),
        (0.53, zipf("hotels", "flights", "train tickets", "holiday homes", "package tours", "car hire", "cruises")),
    ),
    why="measured between kinds: 64 % of the EU's online buyers of 2017 bought clothes and sports goods, 53 % travel "
    "and holiday accommodation (Eurostat, e-commerce statistics for individuals). Within kinds the shares are chosen, "
    "not measured: they fall as one over the rank",
)
LUXURY_DAILY = Vocabulary(
    shares=mixed(
        (0.95, DAILY),
        (0.05, zipf("designer handbags", "fine watches", "jewellery", "silk scarves", "haute couture")),
    ),
    why="chosen, not measured: one click in twenty goes to luxury, whose kinds fall as one over the rank. The shares "
    f"within daily goods are measured: {SOURCE}",
)
SMART_HOME = Vocabulary(
    shares=mixed(
        (0.85, HOME),
        (
            0.15,
            zipf(
                "smart speakers",
                "smart bulbs",
                "robot vacuums",
                "security cameras",
                "thermostats",
                "smart plugs",
                "door locks",
                "leak sensors",
            ),
        ),
    ),
    why="chosen, not measured: 15 % of the clicks go to the smart home, whose kinds fall as one over the rank. The "
    f"shares within the ordinary home are measured: {SOURCE}",
)
