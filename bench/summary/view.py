"""The input of every section of the report: a run's cells by dataset, learner and strategy, and their verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from zlib import crc32

import numpy as np
import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.frames import Frames
from longtail.bench.runs import Run
from longtail.bench.statistics.across import across_datasets
from longtail.bench.statistics.contrasts import contrasts
from longtail.bench.statistics.intervals import interval
from longtail.bench.statistics.verdicts import in_shares
from longtail.bench.statistics.winners import selected
from longtail.reports.content import IntervalCell, Scope
from longtail.reports.vocabulary import Form

Kind = Literal["generated", "real"]
Key = tuple[str, str, str]
"""dataset, learner, strategy"""
JUDGED = ("ap", "f1")
"""the primary metrics of the two tracks"""
TRACKS = {"ap": "Ranking", "f1": "Decisions"}
OF_GAIN = "of what there is to gain"
"""unit of differences in AP over several datasets"""


@dataclass(frozen=True, eq=False)
class View:
    """A run and its frames, indexed for the sections of the report."""

    run: Run
    frames: Frames

    @property
    def baseline(self) -> str:
        return self.run.suite.baseline

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Return the planned cells, without the references."""
        return self.frames.cells[~self.frames.cells["reference"].astype(bool)]

    @cached_property
    def done(self) -> pd.DataFrame:
        return self.cells[self.cells["status"] == "done"]

    @cached_property
    def references(self) -> pd.DataFrame:
        return self.frames.cells[self.frames.cells["reference"].astype(bool)]

    @cached_property
    def groups(self) -> dict[Key, pd.DataFrame]:
        """Return the done cells of each (dataset, learner, strategy), one row per seed."""
        found = self.done.sort_values("seed", kind="stable").groupby(["dataset", "learner", "strategy"], sort=False)
        return {(str(d), str(learner), str(s)): rows for (d, learner, s), rows in found}

    @cached_property
    def learners(self) -> tuple[str, ...]:
        """Return the learners, those with the most applicable strategies first."""
        fitted = self.cells["strategy"].where(self.cells["status"] != "not_applicable")
        sizes = fitted.groupby(self.cells["learner"]).nunique()
        return tuple(sorted(map(str, sizes.index), key=lambda name: (-sizes[name], name)))

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        there = set(self.cells["generated"].astype(bool))
        return tuple(kind for kind in KINDS if (kind == "generated") in there)

    @cached_property
    def families(self) -> dict[str, str]:
        return {str(s): str(f) for s, f in zip(self.cells["strategy"], self.cells["family"], strict=True)}

    def datasets(self, kind: Kind | None = None, learner: str | None = None) -> tuple[str, ...]:
        """Return the datasets in the plan's order, for one kind or learner if it is given."""
        fitting = ((d, k, own) for d, k, own in self._datasets if kind in (None, k) and learner in (None, own))
        return tuple(dict.fromkeys(dataset for dataset, *_ in fitting))

    @cached_property
    def _datasets(self) -> tuple[tuple[str, Kind, str], ...]:
        rows = zip(self.cells["dataset"], self.cells["generated"], self.cells["learner"], strict=True)
        return tuple(dict.fromkeys((str(d), "generated" if bool(g) else "real", str(own)) for d, g, own in rows))

    def kind_of(self, dataset: str) -> Kind:
        return next(kind for name, kind, _ in self._datasets if name == dataset)

    def strategies(self, learner: str) -> tuple[str, ...]:
        """Return the strategies planned with a learner: the baseline, then by what they gain in AP, best first.

        The gain is the mean over datasets, in shares of what there is to gain.
        """
        return self._strategies[learner]

    @cached_property
    def _strategies(self) -> dict[str, tuple[str, ...]]:
        rows = self.contrasts["ap"]
        rows = rows[rows["unit"] > 0]
        shares = rows.assign(share=rows["difference"] / rows["unit"])
        mean = shares.groupby(["learner", "strategy"])["share"].mean().to_dict()
        pairs = dict.fromkeys(zip(map(str, self.cells["learner"]), map(str, self.cells["strategy"]), strict=True))
        ordered = sorted(pairs, key=lambda pair: (pair[1] != self.baseline, _last(mean.get(pair)), pair[1]))
        return {learner: tuple(name for own, name in ordered if own == learner) for learner in self.learners}

    @cached_property
    def contrasts(self) -> dict[str, pd.DataFrame]:
        """Return for each judged metric one row per (dataset, learner, strategy)."""
        return {metric: contrasts(self.frames, metric, self.baseline) for metric in JUDGED}

    @cached_property
    def across(self) -> dict[str, pd.DataFrame]:
        """Return for each judged metric one row per (kind, learner, strategy)."""
        named = tuple(self.run.suite.contrasts)
        return {metric: across_datasets(self.contrasts[metric], metric, self.baseline, named) for metric in JUDGED}

    @cached_property
    def contrast(self) -> dict[str, dict[Key, dict[str, Any]]]:
        """Return the rows of `contrasts` by key."""
        return {
            metric: {(str(r["dataset"]), str(r["learner"]), str(r["strategy"])): r for r in records(frame)}
            for metric, frame in self.contrasts.items()
        }

    def unit(self, metric: str, dataset: str, learner: str) -> float:
        """Return what there is to gain in a judged metric on a dataset, 1 for F1; NaN if it is nothing or unknown."""
        unit = self.contrast[metric].get((dataset, learner, self.baseline), {}).get("unit", math.nan)
        return float(unit) if unit > 0 else math.nan

    @cached_property
    def selected(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return by dataset and learner the gain of the best strategy by AP on seeds on which it was not chosen."""
        rows = records(selected(self.frames, "ap", self.baseline))
        return {(str(row["dataset"]), str(row["learner"])): row for row in rows}

    def values(self, key: Key, metric: str) -> np.ndarray:
        """Return one value per seed, without missing values."""
        block = self._blocks.get(key)
        if block is None:
            return np.zeros(0)
        values: np.ndarray = block[:, self._columns[metric]]
        known: np.ndarray = values[~np.isnan(values)]
        return known

    def by_seed(self, key: Key, metric: str) -> dict[int, float]:
        """Return the values by seed, without missing values."""
        block = self._blocks.get(key)
        if block is None:
            return {}
        seeds, values = block[:, self._columns["seed"]], block[:, self._columns[metric]]
        return {int(seed): float(value) for seed, value in zip(seeds, values, strict=True) if not np.isnan(value)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.done.select_dtypes(np.number).columns)}

    @cached_property
    def _blocks(self) -> dict[Key, np.ndarray]:
        """Return the numbers (seeds, columns) of each group: reading a frame's column 10,000 times takes seconds."""
        names = list(self._columns)
        return {key: rows[names].to_numpy(dtype=float) for key, rows in self.groups.items()}

    def sources(self, keys: Iterable[Key]) -> tuple[str, ...]:
        """Return the ids of the cells behind these keys; cells that are not done explain why a number is missing."""
        return tuple(cell for key in keys for cell in self._ids.get(key, ()))

    @cached_property
    def _ids(self) -> dict[Key, tuple[str, ...]]:
        found = self.cells.sort_values("seed", kind="stable").groupby(["dataset", "learner", "strategy"], sort=False)[
            "cell"
        ]
        return {(str(d), str(learner), str(s)): tuple(map(str, ids)) for (d, learner, s), ids in found}

    def reference_by_seed(self, dataset: str, name: str, metric: str) -> dict[int, float]:
        """Return the values of a reference, such as `prior` or `bayes-limit`, by seed."""
        rows = self.references
        rows = rows[(rows["dataset"] == dataset) & (rows["strategy"] == name)].dropna(subset=[metric])
        return {int(seed): float(value) for seed, value in zip(rows["seed"], rows[metric], strict=True)}

    def reference(self, dataset: str, name: str, metric: str) -> np.ndarray:
        """Return the values of a reference, such as `prior` or `bayes-limit`, one per seed."""
        rows = self.references
        rows = rows[(rows["dataset"] == dataset) & (rows["strategy"] == name)]
        return rows[metric].dropna().to_numpy(dtype=float)

    def scope(self, dataset: str, learner: str = "") -> Scope:
        return Scope(learner, self.kind_of(dataset))


KINDS: tuple[Kind, ...] = ("generated", "real")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def label(metric: str) -> str:
    """Return the name of a metric in the report."""
    return METRICS[metric].label if metric in METRICS else metric


def span(values: Sequence[float] | np.ndarray, form: Form = "score") -> IntervalCell:
    """Return the mean and t interval of the finite values; an empty cell if there are no such values."""
    given = np.asarray(values, dtype=float)
    given = given[np.isfinite(given)]
    if not len(given):
        return IntervalCell(None, form=form)
    found = interval(given)
    return IntervalCell(float(found.mean), known(found.low), known(found.high), len(given), form)


def form_over(metric: str, datasets: Sequence[str]) -> Form:
    """Return the form of a difference over these datasets: over several, AP is in shares of what there is to gain."""
    return "gain" if len(datasets) > 1 and in_shares(metric) else "signed"


def difference(row: dict[str, Any] | None) -> IntervalCell:
    """Return the difference of a contrast with its interval; an empty cell for None."""
    if row is None:
        return IntervalCell(None, form="signed")
    low, high = known(row["difference_low"]), known(row["difference_high"])
    return IntervalCell(known(row["difference"]), low, high, int(row["pairs"]), "signed")


def known(value: Any) -> float | None:
    """Return a number as a float, or None if it is missing or not finite."""
    return float(value) if value is not None and math.isfinite(value) else None


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return `a, b and c`, or `a, b, c and 4 more` if there are more than `most` names."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) if names else "none"


def slug(text: str) -> str:
    """Return a text as part of an id; a hash distinguishes texts that differ only in special characters."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in text)
    return plain if plain == text.replace(" ", "-") else f"{plain}-{crc32(text.encode()):x}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """Return a number with its noun: `1 dataset`, `4 datasets`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def _last(value: float | None) -> float:
    return math.inf if value is None or not math.isfinite(value) else -value
