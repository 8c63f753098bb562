"""Sets of the Zenodo collection, 27 in number, that imbalanced-learn loads (Ding 2011; Lemaitre et al. 2017)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset, DatasetError
from longtail.datasets.reading.zenodo_collection import SETS, Collection
from longtail.datasets.rules import typed

TRAPS = (
    "all columns are numbers, categories among them as 0 and 1: their names are lost",
    "sets of one source, such as abalone and abalone_19, hold the same rows with other classes: they count as one",
    "the archive has no published checksum: each set is checked by its rows and columns and identified by the checksum "
    "of its file",
)


@final
@dataclass(frozen=True)
class Zenodo:
    """27 imbalanced sets with two classes, by name, as in zenodo(set=mammography); one download has them all."""

    name: ClassVar[str] = "zenodo"
    generated: ClassVar[bool] = False
    origin: ClassVar[Collection] = Collection()
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"set": tuple(SETS)}

    set: str

    def __post_init__(self) -> None:
        typed(self)
        if self.set not in SETS:
            near = difflib.get_close_matches(self.set, SETS, 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"no set is called {self.set!r}{hint}; the sets are {', '.join(SETS)}")

    @property
    def cluster(self) -> str:
        """Return the set from which it was derived."""
        return SETS[self.set].source

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises Absent or DatasetError."""
        from imblearn.datasets import fetch_datasets

        home = self.origin.home(self.set)
        try:
            found = fetch_datasets(data_home=str(home), filter_data=(self.set,), download_if_missing=False)[self.set]
        except (OSError, ValueError, KeyError) as error:
            raise DatasetError(
                f"the file of {self.set} in {home} can't be read ({error}): remove it and run `longtail data fetch "
                "zenodo`"
            ) from error
        known = SETS[self.set]
        if found.data.shape != (known.rows, known.columns):
            raise DatasetError(
                f"{self.set} in {home} has {found.data.shape} rows and columns, not {(known.rows, known.columns)}: it "
                "is another set"
            )
        y = (found.target > 0).astype(np.int64)
        X = pd.DataFrame(found.data.astype(np.float32), columns=[f"x{i}" for i in range(known.columns)])
        return Dataset(name=self.name, X=X, y=y, classes=("majority", "minority"), card=self._card(y))

    def identity(self) -> dict[str, Any]:
        return {"set": self.set, "sha256": self.origin.checksum(self.set)}

    def size(self) -> tuple[int, int]:
        return SETS[self.set].rows, 2

    def _card(self, y: np.ndarray[Any, np.dtype[np.int64]]) -> Card:
        known, rare = SETS[self.set], int(y.sum())
        return Card(
            title=f"Zenodo collection of imbalanced sets: {self.set}",
            row=f"one case of {known.told.partition(',')[0]}'s {known.source}, with {known.columns} numbers",
            label=f"whether the case is of the rare class ({known.told})",
            source="Zenodo record 61452, put together by imbalanced-learn after Ding 2011",
            licence="not stated for the collection; the sets are from UCI, LIBSVM and the KDD Cups",
            checksum=f"sha256:{self.origin.checksum(self.set)}",
            traps=TRAPS,
            facts={
                "rows": f"{len(y):,}",
                "rare class": f"{rare:,} rows",
                "imbalance ratio": f"{(len(y) - rare) / rare:.1f}",
            },
        )
