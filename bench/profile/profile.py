"""The measurements of a dataset before any model is fitted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.bench.evaluation.bands import BANDS, Cuts, bands, size_counts
from longtail.bench.profile.column_kinds import Feature, features_of, identifiers
from longtail.bench.profile.concentration import Concentration, concentration_of
from longtail.bench.profile.drift import Drift, drift_of
from longtail.bench.profile.duplicates import Duplicates, duplicates_of
from longtail.bench.profile.leakage import Clue, Mention, clues, mentions
from longtail.bench.registry import source_name, source_named
from longtail.bench.seeds import seed_for
from longtail.bench.suite import suite_named
from longtail.bench.training.splits import evaluation_split
from longtail.datasets.base import Card, Dataset, Source
from longtail.datasets.reading.tables import columns_of
from longtail.datasets.real.file import File

CELLS = 40_000_000
"""approximate number of values of a user's table that are profiled; of larger tables, rows are drawn"""
QUICK = "quick"
"""the suite that runs on a user's file unless another is named"""
FOLLOWED = 4
"""number of classes whose share is followed over time, beside the tail"""


@dataclass(frozen=True)
class Class:
    """A class, its rows and its band."""

    name: str
    rows: int
    share: float
    band: str


@dataclass(frozen=True)
class DatasetProfile:
    """The measurements of a dataset. Counts are of all rows; for generated data, without the test rows."""

    name: str
    generated: bool
    seed: int
    card: Card
    rows: int
    train_rows: int
    test_rows: int
    known: tuple[str, ...]
    drawn: str
    """text on the rows of a user's file that were profiled"""
    in_a_run: str
    """text on the rows of a user's file that a run would use"""
    cuts: Cuts
    classes: tuple[Class, ...]
    """all classes, the most frequent first, also those without rows"""
    spread: Concentration
    """concentration of rows on classes"""
    ids: tuple[Concentration, ...]
    features: tuple[Feature, ...]
    duplicates: Duplicates
    clues: tuple[Clue, ...]
    mentions: tuple[Mention, ...]
    drift: Drift | None

    @property
    def by_size(self) -> dict[str, int]:
        """Return the number of classes with over 100 rows, with 20 to 100 and with under 20."""
        return size_counts([each.rows for each in self.classes])

    def band(self, name: str) -> tuple[Class, ...]:
        """Return the classes of a band."""
        return tuple(each for each in self.classes if each.band == name)

    def document(self) -> dict[str, Any]:
        """Return the profile as JSON values."""
        card = dataclasses.asdict(self.card)
        return {
            "name": self.name,
            "generated": self.generated,
            "seed": self.seed,
            "rows": self.rows,
            "train_rows": self.train_rows,
            "test_rows": self.test_rows,
            "rows_looked_at": self.drawn,
            "rows_in_a_run": self.in_a_run,
            "columns": len(self.features),
            "classes": len(self.classes),
            "imbalance_ratio": self.spread.imbalance_ratio,
            "cuts": dataclasses.asdict(self.cuts),
            "bands": {name: [each.name for each in self.band(name)] for name in BANDS},
            "by_size": self.by_size,
            "known": list(self.known),
            "card": card | {"facts": dict(self.card.facts), "traps": list(self.card.traps)},
            "counts": [
                {"class": each.name, "rows": each.rows, "share": each.share, "band": each.band} for each in self.classes
            ],
            "concentration": {
                "classes": dataclasses.asdict(self.spread),
                "ids": [dataclasses.asdict(each) for each in self.ids],
            },
            "features": [dataclasses.asdict(each) for each in self.features],
            "duplicates": dataclasses.asdict(self.duplicates),
            "leakage": [dataclasses.asdict(clue) | {"word": clue.word, "suspect": clue.suspect} for clue in self.clues],
            "class_names_in_texts": [dataclasses.asdict(each) for each in self.mentions],
            "drift": None if self.drift is None else _drift_document(self.drift),
        }


def profiled(text: str, seed: int = 0) -> DatasetProfile:
    """Return the profile of the dataset that `text` names; generated data are drawn for `seed`."""
    given = source_named(text)
    source = _widened(given)
    dataset = source.load(seed_for(seed, "data"))
    learn, test = evaluation_split(dataset, seed)
    seen = learn if source.generated else np.arange(len(dataset), dtype=np.int64)
    return DatasetProfile(
        name=source_name(given),
        generated=source.generated,
        seed=seed,
        card=dataset.card,
        rows=len(dataset),
        train_rows=len(learn),
        test_rows=len(test),
        known=tuple(
            name
            for name in ("groups", "time", "propensity", "examination", "posterior")
            if getattr(dataset, name) is not None
        ),
        drawn=source.drawn() if isinstance(source, File) else "",
        in_a_run=_in_a_run(given) if isinstance(given, File) else "",
        **_measured(dataset, seen, source.generated, seed),
    )


def _measured(dataset: Dataset, seen: NDArray[np.int64], generated: bool, seed: int) -> dict[str, Any]:
    """Return the fields of a profile that are measured on these rows."""
    X, y = dataset.X.iloc[seen], dataset.y[seen]
    counts = np.bincount(y, minlength=len(dataset.classes))
    cuts = Cuts()
    band = bands(counts if dataset.priors is None else dataset.priors, cuts)
    order = np.argsort(-counts, kind="stable")
    classes = tuple(Class(dataset.classes[k], int(counts[k]), float(counts[k] / counts.sum()), band[k]) for k in order)
    groups = None if dataset.groups is None else np.unique(dataset.groups[seen], return_inverse=True)[1]
    timed = dataset.time is not None
    return {
        "cuts": cuts,
        "classes": classes,
        "spread": concentration_of("classes", counts),
        "ids": identifiers(X, groups),
        "features": features_of(X, y),
        "duplicates": duplicates_of(X, y),
        "mentions": mentions(X, y, dataset.classes, seed),
        "clues": clues(X, y, seed, order=not generated and not timed),
        "drift": None if dataset.time is None else drift_of(X, y, dataset.time[seen], _followed(classes, order)),
    }


def _followed(classes: tuple[Class, ...], order: NDArray[np.int64]) -> dict[str, tuple[int, ...]]:
    """Return the classes whose share over time is shown: the rarer of two, otherwise the most frequent and the tail."""
    there = [(each, int(k)) for each, k in zip(classes, order, strict=True) if each.rows]
    if len(there) == 2:
        return {there[1][0].name: (there[1][1],)}
    tail = tuple(k for each, k in there if each.band == "tail")
    shown = {each.name: (k,) for each, k in there[:FOLLOWED] if each.band != "tail"}
    return shown | {f"the tail ({len(tail)} classes)" if len(tail) > 1 else "the rarest class": tail}


def _in_a_run(source: File) -> str:
    rows = suite_named(QUICK).rows
    cap = "" if rows is None else f"; the suite {QUICK} trains on at most {rows:,} of them"
    return source.drawn() + cap


def _widened(source: Source) -> Source:
    """Return a user's file with as many rows as can be profiled; a run takes fewer."""
    if not isinstance(source, File):
        return source
    columns = max(1, len(columns_of(source.place)))
    return dataclasses.replace(source, rows=max(source.rows, 100_000, CELLS // columns))


def _drift_document(drift: Drift) -> dict[str, Any]:
    changes = [dataclasses.asdict(change) | {"word": change.word} for change in (drift.classes, *drift.columns)]
    return {
        "windows": [{"rows": rows, "start": start} for rows, start in zip(drift.rows, drift.starts, strict=True)],
        "changes": changes,
        "class_shares": [dataclasses.asdict(share) for share in drift.shares],
    }
