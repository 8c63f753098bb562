"""All knobs of a click-log world."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.imbalance import Imbalance

SHARES = {
    "click": {
        "numbers": 0.55,
        "pairs": 0.12,
        "context": 0.1,
        "category": 0.08,
        "brand": 0.05,
        "query": 0.05,
        "item": 0.05,
    },
    "category": {"numbers": 0.74, "pairs": 0.08, "context": 0.08, "brand": 0.06, "query": 0.04},
}


@dataclass(frozen=True)
class Spec:
    """A world: what shops, people and classes are like. Its rows are drawn by a seed.

    `task` click: will this impression be clicked, `rate` of them are. `task` category: which of the classes of
    `imbalance` will this session's click go to. `bayes_ap` is the average precision (macro over classes; of clicks for
    two) of the best possible scores, reached within .02. `heterogeneity` scales the taste of hidden user `types`
    against what the columns say; `interactions` is the share of the signal that lies in products of two numbers.
    """

    task: Literal["click", "category"] = "click"
    bayes_ap: float = 0.06
    rate: float = 0.01
    imbalance: Imbalance = field(default_factory=lambda: Imbalance("zipf", 2.0, 10))
    heterogeneity: float = 0.3
    types: int = 5
    interactions: float | None = None
    needs: int = 6
    """dimensions of the space in which classes differ: with few of them, rare classes resemble frequent ones"""
    users: int = 20_000
    activity: float = 0.6
    """exponent of the power law of users' shares, in [0, 1)"""
    cold: float = 0.3
    """share of test rows by users who can't be among the training rows"""
    items: int = 2_000
    item_zipf: float = 1.0
    categories: int = 20
    category_zipf: float = 1.0
    brands: int = 120
    queries: int = 400
    missing: float = 0.0
    """share of missing values in the optional numbers"""
    position_bias: float = 0.5
    """examination falls as position to the power of minus this; clicks only"""
    weeks: int = 4
    test_weeks: int = 2
    world: int = 0
    """another number, another world: weights, items, people"""

    def __post_init__(self) -> None:
        if self.task not in SHARES:
            raise ValueError(f"task is {self.task!r}, not one of {', '.join(SHARES)}")
        for name in ("rate", "bayes_ap"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is a share between 0 and 1, not {getattr(self, name)}")
        for name in ("activity", "cold", "missing"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be in [0, 1), not {getattr(self, name)}")
        if self.interactions is not None and not 0 <= self.interactions < 1:
            raise ValueError(f"interactions is a share of the signal in [0, 1), not {self.interactions}")
        for name in ("heterogeneity", "position_bias", "item_zipf", "category_zipf"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")
        for name in ("types", "needs", "users", "items", "categories", "brands", "queries", "weeks", "test_weeks"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, not {getattr(self, name)}")

    @property
    def binary(self) -> bool:
        return self.task == "click"

    @property
    def priors(self) -> NDArray[np.float64]:
        """Class probabilities (K,)."""
        return np.array([1 - self.rate, self.rate]) if self.binary else self.imbalance.priors

    @property
    def shares(self) -> dict[str, float]:
        """What part of the visible signal's variance each group of columns carries; they sum to 1."""
        shares = dict(SHARES[self.task])
        if self.interactions is not None:
            rest = (1 - self.interactions) / (1 - shares["pairs"])
            shares = {name: share * rest for name, share in shares.items()} | {"pairs": self.interactions}
        return shares

    @property
    def checksum(self) -> str:
        """sha256:... of the knobs."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
