"""Numeric columns with the distributions of a shop: prices, stars, counts, shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class NumericColumn:
    """Column whose value is a monotone function of a standard normal number.

    The number is scaled by `spread`, shifted by `middle` and then transformed: to exp (lognormal), to whole exp
    (count), to 0..1 (share), to 1..5 (stars), or not at all (normal).
    """

    name: str
    margin: Literal["lognormal", "count", "share", "stars", "normal"]
    middle: float = 0.0
    spread: float = 1.0
    optional: bool = False
    pull: float = 1.0
    """strength with which classes tend to depend on it, relative to other numbers"""
    item: bool = False
    """a property of the item in click worlds"""

    def value(self, normal: Floats) -> Floats:
        """Return the values that the log shows, (n,)."""
        bent = normal * np.float32(self.spread) + np.float32(self.middle)
        if self.margin in ("lognormal", "count"):
            bent = np.exp(bent)
        elif self.margin in ("share", "stars"):
            bent = 1 / (1 + np.exp(-bent))
        if self.margin == "count":
            bent = np.floor(bent)
        elif self.margin == "stars":
            bent = 1 + 4 * bent
        return np.asarray(bent, np.float32)

    def signal(self, normal: Floats, value: Floats) -> Floats:
        """Return the signal for the class, (n,): about standard normal, and a function of the value alone."""
        if self.margin != "count":
            return normal
        # whole numbers lose information: the class may depend on no more than the model sees
        logs = np.log(value + np.float32(0.5))
        return np.asarray((logs - np.float32(self.middle)) / np.float32(self.spread), np.float32)

    @property
    def plain(self) -> NumericColumn:
        """Return the same column with the normal number itself as its value."""
        return replace(self, margin="normal", middle=0.0, spread=1.0)


NUMBERS = (
    NumericColumn("relevance", "normal", pull=1.6),
    NumericColumn("price", "lognormal", 3.2, 0.7, item=True),
    NumericColumn("discount", "share", -1.6, 1.0),
    NumericColumn("rating", "stars", 1.4, 0.9, optional=True, item=True),
    NumericColumn("reviews", "count", 3.5, 1.3, item=True, pull=0.8),
    NumericColumn("session_seconds", "lognormal", 4.8, 0.9, pull=0.6),
    NumericColumn("pages_viewed", "count", 1.8, 0.7, pull=0.8),
    NumericColumn("days_since_visit", "lognormal", 1.6, 1.0, optional=True, pull=0.6),
    NumericColumn("basket_value", "lognormal", 3.6, 0.9, optional=True, pull=0.6),
    NumericColumn("affinity", "normal", pull=1.4),
)
PAIRS = (
    ("relevance", "discount"),
    ("affinity", "pages_viewed"),
    ("relevance", "session_seconds"),
    ("days_since_visit", "basket_value"),
)
"""interactions: pairs of columns on whose products the class depends too"""
