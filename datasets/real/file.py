"""User's own table: a CSV or Parquet file with a column that holds the class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.datasets.base import Card, Dataset, DatasetError
from longtail.datasets.reading.cache import sha256
from longtail.datasets.reading.columns import features, moments, seconds
from longtail.datasets.reading.tables import columns_of, nested, read, read_rows
from longtail.datasets.reading.target import LEAST, Target, column, target_of
from longtail.datasets.rules import typed

KEPT = 25
"""rows that the row cap keeps of a rare class, where it has as many"""
WHOLE = 2
"""a file is read as a whole if it has at most this many times the rows that are kept"""


@final
@dataclass(frozen=True)
class File:
    """Rows of a CSV file (comma, semicolon, tab or |) or a Parquet file.

    `target` names the column of the class; rows are split by `time` and `group`, where given.

    At most `rows` rows are used: each class keeps its share, and at least 25 rows or all that it has.
    """

    name: ClassVar[str] = "file"
    generated: ClassVar[bool] = False

    path: str
    target: str
    time: str | None = None
    group: str | None = None
    rows: int = 50_000

    def __post_init__(self) -> None:
        typed(self)
        if self.rows < 100:
            raise ValueError(f"rows, the cap on the rows used, must be 100 or more, not {self.rows}")
        if self.target in (self.time, self.group):
            raise ValueError(f"the target {self.target!r} can't also be the time or the group")

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises DatasetError for unusable data."""
        self._known_columns()
        target = target_of(read(self.place, self.target, (self.target,))[self.target], str(self.place))
        self._room_for(len(target.classes))
        chosen = capped(target.y, self.rows)
        table = self._table(target.rows[chosen])
        special = [name for name in (self.target, self.time, self.group) if name is not None]
        facts = dict(target.left_out)
        if len(chosen) < len(target.y):
            facts["row cap"] = _draw(len(chosen), len(target.y))
        rest = table.drop(columns=special)
        time = None
        if self.time is not None:
            time = seconds(table[self.time], str(self.place))
            made = moments(table[self.time], time, rest.columns)
            rest = rest.assign(**made)
            facts["time"] = f"{self.time}: rows are split by it; it is not a feature" + (
                f", {' and '.join(made)} are" if made else ""
            )
        X, told = features(rest, str(self.place))
        if commas := table.attrs.get("decimal commas"):
            facts["decimal commas"] = ", ".join(commas)
        if self.group is not None:
            _apart(table[self.group], target.y[chosen], str(self.place))
            facts["groups"] = f"{self.group}: {table[self.group].nunique():,} different values; it is not a feature"
        y = target.y[chosen]
        return Dataset(
            name=self.name,
            X=X,
            y=y,
            classes=target.classes,
            card=self._card(y, target, facts | told),
            groups=None if self.group is None else _groups(table[self.group]),
            time=time,
        )

    def identity(self) -> dict[str, Any]:
        self._known_columns()
        return {
            "sha256": self._checksum,
            "target": self.target,
            "time": self.time,
            "group": self.group,
            "rows": self.rows,
        }

    def size(self) -> tuple[int, int]:
        """Return the numbers of rows, up to the cap, and of classes; reads only the target column, once per process."""
        self._known_columns()
        rows, classes = self._size
        self._room_for(classes)
        return min(rows, self.rows), classes

    def drawn(self) -> str:
        """Return how many rows of the file are used, and how they are drawn, as a sentence without a full stop."""
        self._known_columns()
        rows, _ = self._size
        return _draw(min(rows, self.rows), rows) if rows > self.rows else f"all {rows:,} rows that have a class"

    @property
    def place(self) -> Path:
        """Return the path of the file."""
        return Path(self.path).expanduser()

    @property
    def _size(self) -> tuple[int, int]:
        stat = self.place.stat()
        return _size(self.place, self.target, (stat.st_mtime_ns, stat.st_size))

    @property
    def _checksum(self) -> str:
        stat = self.place.stat()
        return _sha256(self.place, (stat.st_mtime_ns, stat.st_size))

    def _table(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Return these rows, read as a whole table or, from a large one, block by block."""
        if len(rows) * WHOLE >= self._size[0]:
            table = read(self.place, self.target, names=self._names).iloc[rows].reset_index(drop=True)
        else:
            table = read_rows(self.place, self.target, rows, self._names)
        table.columns = [str(name) for name in table.columns]
        return table

    @property
    def _names(self) -> tuple[str, ...]:
        return () if self.group is None else (self.group,)

    def _known_columns(self) -> None:
        names = [str(name) for name in columns_of(self.place)]
        for what, name in (("target", self.target), ("time", self.time), ("group", self.group)):
            if name is not None:
                column(names, name, what, str(self.place))
                if nested(self.place, name):
                    raise DatasetError(
                        f"the column {name!r} of {self.place} holds lists or records: the {what} must be one value per "
                        "row"
                    )

    def _room_for(self, classes: int) -> None:
        if classes > (most := self.rows // LEAST):
            raise DatasetError(
                f"the column {self.target!r} of {self.place} has {classes:,} classes, but with at most {self.rows:,} "
                f"rows only {most:,} can have {LEAST} rows each: merge rare classes, or raise rows"
            )

    def _card(self, y: NDArray[np.int64], target: Target, facts: dict[str, str]) -> Card:
        counts = np.bincount(y, minlength=len(target.classes))
        ratio = counts.max() / counts.min()
        shown = {
            "rows": f"{len(y):,}",
            "classes": f"{len(counts)}",
            "imbalance ratio": f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}",
            "rows of the smallest class": f"{counts.min():,} ({target.classes[int(counts.argmin())]})",
        }
        return Card(
            title=self.place.name,
            row="one row of the file",
            label=f"the column {self.target}",
            source=f"your file {self.place}",
            licence="yours",
            checksum=f"sha256:{self._checksum}",
            traps=("columns that are known only after the outcome make every strategy look good: longtail can't tell",),
            facts=shown | facts,
        )


def capped(y: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    """Return positions of at most `rows` rows, ascending: each class keeps its share, and at least 25 rows or all.

    With so many classes that 25 rows each would not fit, the minimum is smaller.
    """
    if len(y) <= rows:
        return np.arange(len(y))
    counts = np.bincount(y)
    # with very many classes 25 rows each would not fit
    least = np.minimum(counts, max(1, min(KEPT, rows // len(counts))))
    share = np.maximum(np.floor(rows * counts / len(y)).astype(np.int64), least)
    while (over := int(share.sum()) - rows) > 0:
        # rows that rare classes have beyond their share are taken from the largest class
        largest = int(share.argmax())
        share[largest] = max(least[largest], share[largest] - over)
    # rows left over by rounding down go to the classes with the most rows that are not drawn
    spare = np.argsort(share - counts, kind="stable")[: max(0, rows - int(share.sum()))]
    share[spare] += 1
    rng = np.random.Generator(np.random.Philox(key=rows))
    order = rng.permutation(len(y))
    by_class = order[np.argsort(y[order], kind="stable")]
    starts = np.cumsum(counts) - counts
    return np.sort(np.concatenate([by_class[at : at + size] for at, size in zip(starts, share, strict=True)]))


def _draw(used: int, there: int) -> str:
    return (
        f"{used:,} of {there:,} rows, drawn by class with a fixed seed: each class keeps its share, a rare one at "
        f"least {KEPT} rows or all that it has"
    )


def _apart(values: pd.Series, y: NDArray[np.int64], place: str) -> None:
    """Raise DatasetError where no group can be held out: the others would lack a class, or there are no others."""
    codes = _groups(values)
    pairs = np.unique(np.stack([y, codes], axis=1), axis=0)
    spread = np.bincount(pairs[:, 0])
    needed = np.unique(pairs[spread[pairs[:, 0]] == 1, 1])  # each is the only group with some class
    if len(needed) == len(np.unique(codes)):
        largest = np.bincount(codes).max() / len(codes)
        raise DatasetError(
            f"the group column {values.name!r} of {place} has {len(needed):,} different values, the largest with "
            f"{largest:.0%} of the rows, and no group can be held out for testing, because the others would lack a "
            "class: name another column, or none"
        )


def _groups(values: pd.Series) -> NDArray[np.int64]:
    """Return a code for each group (n,); a row whose group is missing is a group of its own."""
    codes = np.asarray(pd.factorize(values)[0], np.int64)
    alone = codes < 0
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return codes


@lru_cache(maxsize=64)
def _sha256(place: Path, _state: tuple[int, int]) -> str:
    return sha256(place)


@lru_cache(maxsize=64)
def _size(place: Path, target: str, _state: tuple[int, int]) -> tuple[int, int]:
    known = target_of(read(place, target, (target,))[target], str(place))
    return len(known.y), len(known.classes)
