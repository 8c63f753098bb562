"""The verdict on each strategy against the baseline, in one word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from longtail.bench.summary.view import Kind, View, difference, form_over, known, records
from longtail.reports.content import IntervalCell
from longtail.reports.vocabulary import WORDS, Word


@dataclass(frozen=True)
class Standing:
    """The verdict on a strategy with one learner on one kind of data."""

    strategy: str
    word: Word
    difference: IntervalCell
    """over several datasets, AP is in shares of what there is to gain"""
    share: float | None
    """mean difference in AP as a share of what there is to gain, over one dataset too; that in F1 as it is"""
    better: int
    worse: int
    datasets: int
    unchanged: bool = False
    """whether every value equals that of the baseline: the strategy doesn't act on this metric"""
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
        there = [one for name in datasets if (one := view.contrast[metric].get((name, learner, strategy))) is not None]
        words = [str(one["verdict"]) for one in there]
        row = overall.get(strategy)
        share = None if row is None else known(row["mean_difference"])
        if len(datasets) == 1:
            first = there[0] if there else None
            found.append(_standing(strategy, first, difference(first), share, words))
        elif row is not None:
            low, high = known(row["low"]), known(row["high"])
            value = IntervalCell(share, low, high, int(row["n_datasets"]), form_over(metric, datasets))
            found.append(_standing(strategy, row, value, share, words))
    return tuple(found)


def _standing(
    strategy: str, row: dict[str, Any] | None, value: IntervalCell, share: float | None, words: list[str]
) -> Standing:
    word = word_of(row)
    note = "" if row is None or row.get("note") is None else str(row["note"])
    unchanged = row is not None and bool(row["unchanged"]) and word != "no verdict"
    counts = (words.count("better"), words.count("worse"), len(words))
    return Standing(strategy, word, value, share, *counts, unchanged, note)


def word_of(row: dict[str, Any] | None) -> Word:
    """Return the verdict of a contrast in the report's words."""
    return next((word for word in WORDS if row is not None and str(row["verdict"]) == word), "no verdict")


def gain(row: Standing) -> float:
    """Return the mean difference of a standing in shares of what there is to gain, or minus infinity if unknown."""
    return row.share if row.share is not None else float("-inf")
