"""The leaderboard: strategies of one learner on one kind of data, by both tracks and by cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.summary.standing import Standing, standings
from longtail.bench.summary.view import OF_GAIN, Kind, View, counted, form_over, known, label, records, slug, span
from longtail.reports.content import (
    BlockGroup,
    Cell,
    IntervalCell,
    NumberCell,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
    VerdictCell,
)

SHOWN = ("ap", "f1", "balanced_accuracy", "f1_own")
"""metrics of the board; the last has no bar"""


FROZEN = "bayes-limit-frozen"
HINTS = {
    "prior": "class frequencies alone",
    "bayes-limit": "the best that the features allow, for each metric separately",
    FROZEN: "the best that the class probabilities at the last training row allow",
}


def section(view: View) -> Section:
    """Return one table per kind of data and learner; they are never pooled."""
    groups = tuple(
        BlockGroup(f"{learner}, {kind} data", (_board(view, kind, learner),), Scope(learner, kind), folded=place > 0)
        for kind in view.kinds
        for place, learner in enumerate(name for name in view.learners if view.datasets(kind, name))
    )
    lead = (
        "Means over datasets, with 95 % t intervals over seeds, which show how precisely the mean of these datasets is "
        "known. If there are several datasets, the difference from the baseline is judged over datasets, which shows "
        f"how surely it would hold on similar ones; it is in % {OF_GAIN} on each dataset, as scales differ. Ranks and "
        "verdicts apply within one learner; generated and real data are kept apart. The bar shows the interval, and "
        "the stroke in it shows the baseline."
    )
    return Section("leaderboard", "Leaderboard", lead, groups)


def _board(view: View, kind: Kind, learner: str) -> ReportTable:
    datasets = view.datasets(kind, learner)
    verdicts = {row.strategy: row for row in standings(view, kind, learner, "ap")}
    overall = _overall(view, kind, learner)
    scales = {metric: _scale(view, datasets, learner, metric) for metric in SHOWN[:-1]}
    base = {metric: _value(view, datasets, learner, view.baseline, metric).mean for metric in SHOWN[:-1]}
    rows = []
    for strategy in view.strategies(learner):
        values: list[Cell] = [
            replace(_value(view, datasets, learner, strategy, metric), scale=scales.get(metric), mark=base.get(metric))
            for metric in SHOWN
        ]
        there = tuple(dataset for dataset in datasets if (dataset, learner, strategy) in view.groups)
        seconds, cost = (_seconds(view, there, learner, name) for name in (strategy, view.baseline))
        row = overall.get(strategy, {})
        rows.append(
            TableRow(
                (
                    TextCell(strategy),
                    _judged(verdicts.get(strategy)),
                    *values[:-1],
                    NumberCell(seconds, "seconds"),
                    NumberCell(seconds / cost if seconds is not None and cost else None, "ratio"),
                    NumberCell(known(row.get("mean_rank")), "rank"),
                    TextCell(_record(row)),
                    values[-1],
                    TextCell(view.families[strategy]),
                ),
                view.sources((dataset, learner, strategy) for dataset in datasets),
                Scope(learner, kind),
                strong=strategy == view.baseline,
            )
        )
    found = (_reference(view, kind, datasets, name) for name in ("prior", "bayes-limit", FROZEN))
    rows += [reference for reference in found if reference is not None]
    note = _note(view, datasets, learner, [row.note for row in verdicts.values()])
    return ReportTable(
        f"board-{kind}-{slug(learner)}", _caption(view, kind, learner), _columns(view), tuple(rows), note
    )


def _judged(standing: Standing | None) -> Cell:
    return VerdictCell(standing.word, standing.difference, standing.note) if standing else TextCell("baseline")


def _caption(view: View, kind: Kind, learner: str) -> str:
    datasets = view.datasets(kind, learner)
    where = datasets[0] if len(datasets) == 1 else counted(len(datasets), "dataset")
    unit = f", differences in {label('ap')} in % {OF_GAIN}" if form_over("ap", datasets) == "gain" else ""
    return f"{learner} on {kind} data: {where}, against {view.baseline}{unit}"


def _columns(view: View) -> tuple[TableColumn, ...]:
    heads = [TableColumn(label(metric), f"{METRICS[metric].meaning}; higher is better", True) for metric in SHOWN]
    return (
        TableColumn("Strategy"),
        TableColumn(
            "AP against the baseline",
            f"verdict, and mean difference with its interval; over several datasets in % {OF_GAIN}",
            True,
        ),
        *heads[:-1],
        TableColumn("Time per fit", "mean seconds of a cell: encode, resample, fit, calibrate, predict", True),
        TableColumn("Cost", f"time over that of {view.baseline} on the same datasets", True),
        TableColumn(
            "Mean rank", "by AP within each dataset, 1 is best; a failed cell ranks with the baseline's score", True
        ),
        TableColumn(
            "Won, tied, lost",
            "datasets whose mean difference in AP lies above, within or below the band that does not matter; "
            "unchanged: every AP is that of the baseline",
        ),
        heads[-1],
        TableColumn("Family"),
    )


def _value(view: View, datasets: tuple[str, ...], learner: str, strategy: str, metric: str) -> IntervalCell:
    """Return the mean over datasets with its interval over seeds."""
    return mean_by_seed([view.by_seed((dataset, learner, strategy), metric) for dataset in datasets])


def mean_by_seed(given: Sequence[dict[int, float]]) -> IntervalCell:
    """Return the mean over datasets, and its interval over the seeds that all datasets share.

    `given` has the values by seed of each dataset. If some datasets have no values, a remark says how many have.
    """
    there = [values for values in given if values]
    if not there:
        return IntervalCell(None)
    common = set.intersection(*(set(values) for values in there))
    found = span([float(np.mean([values[seed] for values in there])) for seed in sorted(common)])
    if len(there) < len(given):
        return replace(found, remark=f"{len(there)} of {counted(len(given), 'dataset')}")
    return found


def _scale(view: View, datasets: tuple[str, ...], learner: str, metric: str) -> tuple[float, float]:
    """Return the range of all means of a board, widened by half of it on both sides."""
    found = [_value(view, datasets, learner, strategy, metric) for strategy in view.strategies(learner)]
    means = [value.mean for value in found if value.mean is not None and not value.remark] or [0.0]
    room = max(max(means) - min(means), 0.01)
    return min(means) - 0.5 * room, max(means) + 0.5 * room


def _seconds(view: View, datasets: tuple[str, ...], learner: str, strategy: str) -> float | None:
    values = [view.values((dataset, learner, strategy), "seconds_total") for dataset in datasets]
    means = [seconds.mean() for seconds in values if len(seconds)]
    return float(np.mean(means)) if means else None


def _overall(view: View, kind: Kind, learner: str) -> dict[str, dict[str, Any]]:
    rows = view.across["ap"]
    rows = rows[(rows["generated"].astype(bool) == (kind == "generated")) & (rows["learner"] == learner)]
    return {str(row["strategy"]): row for row in records(rows)}


def _record(row: dict[str, Any]) -> str:
    counts = [known(row.get(name)) for name in ("wins", "ties", "losses")]
    if row.get("unchanged"):
        return "unchanged"
    return "" if None in counts else ", ".join(f"{count:.0f}" for count in counts)


def _reference(view: View, kind: Kind, datasets: tuple[str, ...], name: str) -> TableRow | None:
    """Return the row of a reference, class frequencies or a Bayes limit; None if it has no values."""
    if name == FROZEN and not all(view.reference_by_seed(d, name, SHOWN[0]) for d in datasets):
        return None  # a mean over the datasets that drift can't be compared with the other means
    spans = [mean_by_seed([view.reference_by_seed(d, name, metric) for d in datasets]) for metric in SHOWN]
    if all(value.mean is None for value in spans):
        return None
    hint = HINTS[name]
    empty = (TextCell(""),) * 4
    return TableRow(
        (TextCell(name, hint), TextCell("reference"), *spans[:-1], *empty, spans[-1], TextCell("")),
        scope=Scope("", kind),
    )


def _note(view: View, datasets: tuple[str, ...], learner: str, notes: Sequence[str]) -> str:
    """Return the number of missing cells, and the notes of the statistics on their verdicts."""
    rows = view.cells[(view.cells["learner"] == learner) & view.cells["dataset"].isin(datasets)]
    lost = int((rows["status"] != "done").sum())
    said = [f"{lost:,} of {counted(len(rows), 'cell')} not done; see Cells."] if lost else []
    counts = Counter(part for note in notes for part in note.split("; ") if part)
    said += [
        f"{part[0].upper()}{part[1:]} ({counted(n, 'strategy', 'strategies')})." for part, n in counts.most_common(3)
    ]
    return " ".join(said)
