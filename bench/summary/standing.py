"""The verdict on each strategy against the baseline, in one word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from longtail.bench.summary.view import Kind, View, difference, known, records
from longtail.reports.content import IntervalCell
from longtail.reports.vocabulary import WORDS, Word


@dataclass(frozen=True)
class Standing:
    """The verdict on a strategy with one learner on one kind of data."""

    strategy: str
    word: Word
    difference: IntervalCell
    better: int
    worse: int
    datasets: int
    note: str = ""


def standings(view: View, kind: Kind, learner: str, metric: str) -> tuple[Standing, ...]:
    """Return the verdicts on the datasets of a kind: across datasets if there are several, else that of the one."""
    datasets = view.datasets(kind, learner)
    rows = view.across[metric]
    rows = rows[(rows["generated"].astype(bool) == (kind == "generated")) & (rows["learner"] == learner)]
    overall = {str(row["strategy"]): row for row in records(rows)}
    found = []
    for strategy in view.strategies(learner):
        if strategy == view.baseline:
            continue
        single = [view.contrast[metric].get((dataset, learner, strategy)) for dataset in datasets]
        there = [row for row in single if row is not None]
        words = [str(row["verdict"]) for row in there]
        if len(datasets) == 1:
            first = there[0] if there else None
            found.append(_standing(strategy, first, difference(first), words))
        elif (row := overall.get(strategy)) is not None:
            low, high, mean = (known(row[name]) for name in ("low", "high", "mean_difference"))
            value = IntervalCell(mean, low, high, int(row["n_datasets"]), "signed")
            found.append(_standing(strategy, row, value, words))
    return tuple(found)


def _standing(strategy: str, row: dict[str, Any] | None, value: IntervalCell, words: list[str]) -> Standing:
    word = word_of(row)
    note = "" if row is None or row.get("note") is None else str(row["note"])
    return Standing(strategy, word, value, words.count("better"), words.count("worse"), len(words), note)


def word_of(row: dict[str, Any] | None) -> Word:
    """Return the verdict of a contrast in the report's words."""
    return next((word for word in WORDS if row is not None and str(row["verdict"]) == word), "no verdict")


def gain(row: Standing) -> float:
    """Return the mean difference of a standing, or minus infinity if it is missing."""
    return row.difference.mean if row.difference.mean is not None else float("-inf")
