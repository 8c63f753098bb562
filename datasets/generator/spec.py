"""Knobs of a click-log world."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator import names
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.popularity import allotted

_CLICK = {"numbers": 0.55, "pairs": 0.12, "context": 0.1, "category": 0.08, "brand": 0.05, "query": 0.05, "item": 0.05}
_CLASS = {"numbers": 0.74, "pairs": 0.08, "context": 0.08, "brand": 0.06, "query": 0.04}
SHARES = {"click": _CLICK, "conversion": _CLICK, "category": _CLASS, "item": _CLASS}
"""share of the visible signal's variance that each group of columns carries, by task"""
WIDE = ("brand", "query", "item")
"""groups of columns with many values"""
CHOICES = {
    "task": tuple(SHARES),
    "noise": ("head", "uniform"),
    "test_labels": ("noisy", "clean"),
    "margins": ("shop", "normal"),
}
COUNTS = ("types", "needs", "users", "items", "categories", "brands", "queries", "weeks", "test_weeks")


@dataclass(frozen=True)
class Spec:
    """World: properties of shops, people and classes. Its rows are drawn by a seed.

    `task` says what the class is: whether an impression is clicked, or a visit to a product ends in a purchase (`rate`
    of them), which category a session's click goes to (one of the classes of `imbalance`), or which item (one of
    `items`, Zipf within their category). `bayes_ap` is the average precision of the best possible scores (mean over
    classes; for two classes that of clicks or purchases), by the labels on which test rows are judged, reached within
    .02. `heterogeneity` scales the taste of hidden user `types` relative to the signal of the columns; `interactions`
    is the share of the signal in products of two numbers, `wide` that in columns with many values.
    """

    task: Literal["click", "category", "item", "conversion"] = "click"
    bayes_ap: float = 0.06
    rate: float = 0.01
    imbalance: Imbalance = field(default_factory=lambda: Imbalance("zipf", 2.0, 10))
    heterogeneity: float = 0.3
    types: int = 5
    interactions: float | None = None
    wide: float | None = None
    needs: int = 6
    """dimensions of the space in which classes differ: with few of them, rare classes resemble frequent ones"""
    users: int = 20_000
    activity: float = 0.6
    """exponent of the power law of users' shares, in [0, 1)"""
    cold: float = 0.3
    """share of test rows by users who can't be in the training rows"""
    items: int = 2_000
    item_zipf: float = 1.0
    categories: int = 20
    category_zipf: float = 1.0
    brands: int = 120
    queries: int = 400
    margins: Literal["shop", "normal"] = "shop"
    """distributions of numbers: those of a shop, or the standard normal numbers in which the class is linear"""
    missing: float = 0.0
    """share of missing values in the optional numbers"""
    label_noise: float = 0.0
    """share of labels that are drawn anew; they may still be right"""
    noise: Literal["head", "uniform"] = "head"
    """distribution of labels drawn anew: class frequencies, which keep the priors, or uniform, which flattens them"""
    test_labels: Literal["noisy", "clean"] = "noisy"
    """labels on which test rows are judged; training rows have noisy ones"""
    popularity_drift: float = 0.0
    """standard deviation, over classes or shown items, of the change in log popularity from first row to last"""
    taste_drift: float = 0.0
    """quarter turns of the directions of signals and of types' taste from first row to last: 1 leaves nothing"""
    seasonality: float = 0.0
    """amplitude of a weekly cycle in the log popularity of classes or of shown categories"""
    exposure: float = 1.0
    """power of the popularity by which items are shown: 0 gives a uniform log; clicks only"""
    test_exposure: float | None = None
    """the same for test rows, in the same world without a new calibration; clicks only"""
    position_bias: float = 0.5
    """examination is position to the power of minus this; clicks only"""
    device_bias: float = 1.0
    """strength of the differences in examination between devices"""
    test_examined: bool = False
    """all test rows are examined, in the same world; clicks only"""
    session_rows: float = 1.0
    """mean number of rows per session, which share user and context"""
    weeks: int = 4
    test_weeks: int = 2
    scenario: str = ""
    """scenario whose names classes and values have; empty for a shop"""
    world: int = 0
    """number of the world; each has its own weights, items and people"""

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, not {getattr(self, name)!r}")
        if self.scenario not in ("", *names.SCENARIOS):
            raise ValueError(f"scenario must be one of {', '.join(names.SCENARIOS)}, or empty, not {self.scenario!r}")
        for name in ("rate", "bayes_ap"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be a share between 0 and 1, not {getattr(self, name)}")
        for name in ("activity", "cold", "missing", "label_noise"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be in [0, 1), not {getattr(self, name)}")
        if not 0 <= self.taste_drift <= 1:
            raise ValueError(f"taste_drift must be a number of quarter turns in [0, 1], not {self.taste_drift}")
        for name in ("heterogeneity", "position_bias", "device_bias", "item_zipf", "category_zipf", "exposure"):
            _at_least(self, name, 0)
        for name in ("test_exposure", "popularity_drift", "seasonality"):
            _at_least(self, name, 0)
        for name in (*COUNTS, "session_rows"):
            _at_least(self, name, 1)
        self._check_signal()
        self._check_task()

    def _check_signal(self) -> None:
        for name in ("interactions", "wide"):
            if (share := getattr(self, name)) is not None and not 0 <= share < 1:
                raise ValueError(f"{name} must be a share of the signal in [0, 1), not {share}")
        if (self.interactions or 0) + (self.wide or 0) >= 1:
            raise ValueError(
                "interactions and wide are shares of one signal and must sum to less than 1, not to "
                f"{self.interactions} + {self.wide}"
            )

    def _check_task(self) -> None:
        if self.task == "item" and self.items < 2:
            raise ValueError(f"classes must be 2 or more, not {self.items}")
        if self.task == "item" and self.categories > self.items:
            raise ValueError(f"categories must be {self.items} or fewer, the number of items, not {self.categories}")
        for name, given in (("test_exposure", self.test_exposure is not None), ("test_examined", self.test_examined)):
            if given and self.task != "click":
                raise ValueError(f"{name} can be set for the task click only, not for the task {self.task}")

    @property
    def logged(self) -> Spec:
        """Return the spec of the same world with test rows logged as the training rows are."""
        return dataclasses.replace(self, test_exposure=None, test_examined=False)

    @property
    def binary(self) -> bool:
        """Return whether there are two classes, one of which is a click or a purchase."""
        return self.task in ("click", "conversion")

    @property
    def priors(self) -> NDArray[np.float64]:
        """Return the probabilities (K,) of true classes in training rows; of recorded labels see `label_noise.py`."""
        if self.binary:
            return np.array([1 - self.rate, self.rate])
        if self.task == "item":
            return np.sort(allotted(self.items, self.categories, self.category_zipf, self.item_zipf)[1])[::-1].copy()
        return self.imbalance.priors

    @property
    def shares(self) -> dict[str, float]:
        """Return the share of the visible signal's variance that each group of columns carries; they sum to 1."""
        shares = dict(SHARES[self.task])
        if self.wide is not None:
            wide = sum(share for name, share in shares.items() if name in WIDE)
            rest = (1 - self.wide) / (1 - wide)
            shares = {n: share * (self.wide / wide if n in WIDE else rest) for n, share in shares.items()}
        if self.interactions is not None:
            fixed = [n for n in shares if n == "pairs" or (self.wide is not None and n in WIDE)]
            kept = 0.0 if self.wide is None else self.wide
            rest = (1 - self.interactions - kept) / (1 - sum(shares[n] for n in fixed))
            shares = {n: share if n in fixed else share * rest for n, share in shares.items()}
            shares["pairs"] = self.interactions
        return shares

    @property
    def drifts(self) -> bool:
        """Return whether P(y | x) is different after the end of training."""
        return self.taste_drift > 0 or (self.popularity_drift > 0 and not self.binary)

    @property
    def moves(self) -> bool:
        """Return whether anything except users and hours depends on the time of a row."""
        return self.taste_drift > 0 or self.popularity_drift > 0 or self.seasonality > 0

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the knobs, as sha256:...."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _at_least(spec: Any, name: str, least: int) -> None:
    value = getattr(spec, name)
    if value is not None and value < least:
        raise ValueError(f"{name} must be {least} or more, not {value}")
