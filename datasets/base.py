"""What a dataset is: rows with features and a class, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class DatasetError(Exception):
    """A dataset can't be had or isn't usable: one sentence that names the thing, the rule, the value, the choices."""


@dataclass(frozen=True)
class Card:
    """Where rows come from and what to beware of; shown in the report."""

    title: str
    row: str
    """what a row is"""
    label: str
    """what the class is"""
    source: str
    licence: str
    checksum: str = ""
    """sha256:... of the file read, or of the spec that generated the rows"""
    traps: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """measured on the rows, as it should be shown: imbalance ratio, Bayes AP, signal by time"""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows as they come, before any encoding.

    `X` (n rows) has numeric, `category`, string and datetime columns; `y` (n,) int64 indexes `classes`. `groups` (n,)
    are users or sessions as codes, `time` (n,) float seconds, `propensity` (n,) of the row being shown.
    `posterior` (n, K) is P(y | what a model can see), `full_posterior` (n, K) P(y | everything), generated data only.
    """

    name: str
    X: pd.DataFrame
    y: NDArray[np.int64]
    classes: tuple[str, ...]
    card: Card
    groups: NDArray[np.int64] | None = None
    time: NDArray[np.float64] | None = None
    propensity: NDArray[np.float32] | None = None
    posterior: NDArray[np.float64] | None = None
    full_posterior: NDArray[np.float64] | None = None
    test_from: int | None = None
    """generated data: rows from here on are the test rows (drawn by the generator, so that they are enough)"""
    priors: NDArray[np.float64] | None = None
    """generated data: the spec's class probabilities (K,), from which bands are cut"""

    def __len__(self) -> int:
        return len(self.y)


class Source(Protocol):
    """Where datasets come from: a frozen dataclass with typed parameters, one file each.

    Generated sources draw anew for each seed; real ones give the same rows for every seed.
    """

    name: ClassVar[str]
    generated: ClassVar[bool]

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Give the rows; raises DatasetError with the command that would bring what is absent."""

    def identity(self) -> dict[str, Any]:
        """What defines the rows beside the code, as JSON values: parameters, checksums of files."""

    def size(self) -> tuple[int, int]:
        """Training rows (validation included) and classes, without loading: for the plan."""
