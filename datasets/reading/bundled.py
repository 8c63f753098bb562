"""Small sets that come with scikit-learn, made long-tailed by a fixed draw; they need no download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.tails import PROFILES, shares, tailed
from longtail.datasets.rules import typed


@dataclass(frozen=True)
class Bundled:
    """Set whose classes are drawn along a profile; the first class of `order` is the most frequent.

    `profile` is exponential, zipf or step; `imbalance_ratio` is the size of the largest class over that of the
    smallest.
    """

    name: ClassVar[str]
    generated: ClassVar[bool] = False
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"profile": PROFILES}
    title: ClassVar[str]
    row: ClassVar[str]
    label: ClassVar[str]
    traps: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[tuple[int, ...]]
    """rows of each class in scikit-learn; they give the sizes without loading"""
    signal: ClassVar[str]
    """scores of plain learners on the default draw"""
    order: ClassVar[tuple[int, ...]]
    """classes by decreasing frequency"""

    profile: str = "exponential"
    imbalance_ratio: float = 5.0

    def __post_init__(self) -> None:
        typed(self)
        if self.profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {self.profile!r}")
        if not 1 <= self.imbalance_ratio <= self.most:
            raise ValueError(
                f"imbalance_ratio must be from 1 to {self.most:.0f} (more leaves fewer than 3 rows in the smallest "
                f"class), not {self.imbalance_ratio}"
            )

    @property
    def most(self) -> float:
        """Return the highest ratio that leaves three rows in the smallest class."""
        return min(self.counts) / 3

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the drawn rows in the order of scikit-learn, the same for every seed."""
        X, y, names = self.given()
        rows = tailed(y, np.asarray(self.order), self.profile, self.imbalance_ratio)
        place = np.argsort(self.order)
        return Dataset(
            name=self.name,
            X=X.iloc[rows].reset_index(drop=True),
            y=place[y[rows]].astype(np.int64),
            classes=tuple(names[k] for k in self.order),
            card=self._card(len(rows), len(y)),
        )

    def given(self) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]], tuple[str, ...]]:
        """Return all rows, their class indices (n,) and the class names, as scikit-learn has them."""
        raise NotImplementedError

    def identity(self) -> dict[str, Any]:
        return {"scikit-learn": self.name, "profile": self.profile, "imbalance_ratio": self.imbalance_ratio}

    def size(self) -> tuple[int, int]:
        return sum(self.sizes), len(self.counts)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return the number of rows of each class, the most frequent first."""
        y = np.repeat(np.arange(len(self.counts)), self.counts)
        drawn = y[tailed(y, np.asarray(self.order), self.profile, self.imbalance_ratio)]
        return tuple(int((drawn == k).sum()) for k in self.order)

    def _card(self, rows: int, whole: int) -> Card:
        share = shares(self.profile, len(self.counts), self.imbalance_ratio)
        return Card(
            title=self.title,
            row=self.row,
            label=self.label,
            source="UCI Machine Learning Repository, as it comes with scikit-learn",
            licence="CC BY 4.0, as UCI says; scikit-learn ships it under BSD-3-Clause",
            traps=(
                "the imbalance is made: rows are left out at random, so the rare class is no harder than it was",
                *self.traps,
            ),
            facts={
                "rows": f"{rows:,} of {whole:,}, by a fixed draw",
                "imbalance ratio": f"{1 / share[-1]:.4g}, {self.profile}",
                "signal by default": f"{self.signal}, over the splits of the first three seeds, untuned",
                "rows by class": ", ".join(map(str, self.sizes)),
            },
        )
