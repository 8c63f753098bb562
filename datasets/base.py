"""Datasets: rows with features and a class, and their metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class DatasetError(Exception):
    """Error of a missing or unusable dataset: one sentence with the thing, the rule, the value and the choices."""


class Absent(DatasetError):  # noqa: N818 # a state of the machine, not a mistake
    """Error of rows that are not on this machine, with nothing broken: the sentence has the command to get them."""


@dataclass(frozen=True)
class Card:
    """Origin of the rows and their traps; shown in the report."""

    title: str
    row: str
    """description of a row"""
    label: str
    """description of the class"""
    source: str
    licence: str
    checksum: str = ""
    """sha256:... of the file read, or of the spec that generated the rows"""
    traps: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """figures measured on the rows, formatted for display: imbalance ratio, Bayes AP, signal over time"""


class Posterior(Protocol):
    """P(class | row): an array (n, K), or with many classes an object that computes only the requested rows."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: Any, /) -> Any: ...


class Limit(Protocol):
    """Best possible probabilities for anything that learns from some labelled rows of a generated dataset."""

    def __call__(self, learned: NDArray[np.int64], rows: NDArray[np.int64], *, frozen: bool = False) -> NDArray[Any]:
        """Return P(class | what a model sees of the row, labels of the user's rows among `learned`), (len(rows), K).

        Both are positions in the dataset. `frozen`: as if drift had stopped with the last training row.
        """


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows of a dataset before any encoding.

    `X` (n rows) has numeric, `category`, string and datetime columns; `y` (n,) int64 indexes `classes`. `groups` (n,)
    are users or sessions as codes, `time` (n,) seconds as floats. `propensity` (n,) is the chance that a row was shown
    at all. A click also depends on whether the row was examined; `examination` (n,), in (0, 1], is the chance of that.

    Generated data only: `posterior` (n, K) is P(y | columns that a model sees), `full_posterior` is P(y | everything),
    and `frozen_posterior` is `posterior` as if drift had stopped with the last training row (None without drift). Where
    labels are noisy, these three refer to the noisy labels, as `y` does; `clean_y` (n,) and `clean_posterior` refer to
    the true classes.
    """

    name: str
    X: pd.DataFrame
    y: NDArray[np.int64]
    classes: tuple[str, ...]
    card: Card
    groups: NDArray[np.int64] | None = None
    time: NDArray[np.float64] | None = None
    propensity: NDArray[np.float32] | None = None
    examination: NDArray[np.float32] | None = None
    posterior: Posterior | None = None
    full_posterior: Posterior | None = None
    frozen_posterior: Posterior | None = None
    limit: Limit | None = None
    """generated data: limit that includes the labels of users' rows, which `posterior` leaves out"""
    clean_y: NDArray[np.int64] | None = None
    clean_posterior: Posterior | None = None
    unlabelled: pd.DataFrame | None = None
    """rows from the training period with the columns of `X`, whose class is unknown"""
    unlabelled_y: NDArray[np.int64] | None = None
    """generated data: the classes of the unlabelled rows, for a strategy that asks for some of them"""
    source: Dataset | None = None
    """another market with the same columns, from whose rows a strategy may learn first; its classes may differ"""
    test_from: int | None = None
    """generated data: position of the first test row; the generator draws enough test rows"""
    priors: NDArray[np.float64] | None = None
    """generated data: class probabilities (K,) of training labels by the spec; they define the frequency bands"""

    def __len__(self) -> int:
        return len(self.y)


class Progress(Protocol):
    """Callback for the progress of a download: bytes received, and the total where it is known."""

    def __call__(self, done: int, total: int | None, /) -> None: ...


class Origin(Protocol):
    """Origin of the rows of a real source, and the ways to get them onto this machine."""

    def absent(self) -> str | None:
        """Return None where the rows are here or `load` can get them, else a sentence with the command to run."""

    def fetch(self, progress: Progress) -> str:
        """Download the rows from their public address and return where they are now; raises DatasetError."""

    def add(self, place: Path) -> str:
        """Copy the rows from a file or folder of the user and return how they were verified; raises DatasetError."""


class Source(Protocol):
    """Source of a dataset: a frozen dataclass with typed parameters, one per file.

    Generated sources draw new rows for each seed; real ones give the same rows for every seed. A source that comes
    neither with longtail nor with a package that it needs has an `origin`. `cluster`, where a source has it, names the
    data that its rows were drawn from: statistics count clusters (default: the name). `timed` says that rows are split
    by time.
    """

    name: ClassVar[str]
    generated: ClassVar[bool]

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows; raises Absent with the command that gets them, DatasetError where the data are broken."""

    def identity(self) -> dict[str, Any]:
        """Return what defines the rows besides the code, as JSON values: parameters, checksums of files."""

    def size(self) -> tuple[int, int]:
        """Return the numbers of training rows (validation included) and of classes without loading, for the plan."""
