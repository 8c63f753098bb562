"""Precision-recall and calibration curves of a few strategies, computed from their scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.bench.errors import StoreError
from longtail.bench.evaluation.evaluation import Settings, labels_of, natural_scores
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics.calibration import reliability
from longtail.bench.evaluation.metrics.ranking import precision_recall, ranking
from longtail.bench.evaluation.metrics.weights import Doubles
from longtail.bench.records import Record
from longtail.bench.summary.classes import LIMIT
from longtail.bench.summary.view import Key, View, counted
from longtail.reports.charts.line_plot import LinesPanel, Series
from longtail.reports.content import (
    BlockGroup,
    Chart,
    Notice,
    NumberCell,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

GRID = np.linspace(0.02, 1.0, 50)
"""recalls at which precision is evaluated"""
BINS = 12
MOST = 4
"""largest number of strategies in a chart"""
LEAST = 1e-5
"""probabilities up to this are left out of the logarithmic axes"""

Pair = tuple[Doubles, Doubles]
"""x and y of a curve"""


@dataclass(frozen=True, eq=False)
class Curve:
    """The curves of one strategy on one dataset, means over seeds."""

    name: str
    ranked: Pair
    calibrated: Pair
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DatasetCurves:
    """The curves of one dataset with the learner that has most strategies there."""

    dataset: str
    learner: str
    curves: tuple[Curve, ...]
    prevalence: float
    macro: bool
    seeds: int


def section(view: View) -> Section:
    """Return curves for each dataset with one learner; a notice names the scores that could not be read."""
    drawn, lost = [], []
    for dataset in view.datasets():
        try:
            found = _drawn(view, dataset)
        except StoreError as error:
            lost.append(str(error))
            continue
        drawn += [found] if found else []
    notices = (Notice(f"Curves of {counted(len(lost), 'dataset')} are missing: {'; '.join(lost)}."),) if lost else ()
    groups = tuple(
        BlockGroup(chart.caption.split(":")[0], (chart,))
        for chart in (_ranking_chart(drawn), _calibration_chart(drawn))
        if drawn
    )
    lead = (
        f"Curves of {view.baseline} and of the best strategies by AP, F1 and recall of the tail over generated or real "
        "datasets, with the learner that has the most strategies; scores are under the natural prior. Two classes: "
        "the rarer class, mean over seeds. More classes: the mean over classes for the first seed; calibration pools "
        "classes."
    )
    return Section("curves", "Curves", lead, (*notices, *groups))


def _drawn(view: View, dataset: str) -> DatasetCurves | None:
    learner = next((name for name in view.learners if sum(key[:2] == (dataset, name) for key in view.groups) > 1), None)
    if learner is None:
        return None
    names = _names(view, dataset, learner)
    found: dict[str, list[tuple[Pair, Pair]]] = {}
    sources: dict[str, tuple[str, ...]] = {}
    labels: Labels | None = None
    seeds = 1
    for name in names:
        rows = view.groups[dataset, learner, name]
        for row in rows.iloc[: None if int(rows["classes"].iloc[0]) == 2 else 1].to_dict("records"):
            record = _record(view, str(row["cell"]), str(row["fingerprint"]))
            labels = labels_of(view.run.store, record.truth, Settings.of(view.run).cuts)
            _, test, _ = natural_scores(record, view.run.store.scores(record), labels.truth)
            found.setdefault(name, []).append(_both(labels, test))
            sources[name] = (*sources.get(name, ()), str(row["cell"]))
        seeds = max(seeds, len(found[name]))
    if labels is None:
        return None
    if labels.soft:
        found[LIMIT] = [_both(labels, np.log(np.maximum(labels.limit, 1e-30)))]
    curves = tuple(Curve(name, *_mean(pairs), sources.get(name, ())) for name, pairs in found.items())
    share = labels.weights.mean(axis=0)
    return DatasetCurves(dataset, learner, curves, labels.mean(share), len(share) > 2, seeds)


def _record(view: View, cell: str, fingerprint: str) -> Record:
    record = view.run.store.record(cell, fingerprint)
    if record is None:
        raise StoreError(f"the record of cell {cell} is missing")
    return record


def _names(view: View, dataset: str, learner: str) -> list[str]:
    """Return the baseline and the best by each of three metrics over datasets of this kind: charts are comparable."""
    there = [name for name in view.strategies(learner) if (dataset, learner, name) in view.groups]
    alike = [
        one for one in view.datasets(view.kind_of(dataset), learner) if (one, learner, view.baseline) in view.groups
    ]
    names = [view.baseline] if view.baseline in there else []
    for metric in ("ap", "f1", "recall_tail"):
        means = {
            name: np.mean([_value(view, (one, learner, name), metric) for one in alike or [dataset]])
            for name in there
            if name not in names
        }
        known = [name for name in means if np.isfinite(means[name])]
        names += [max(known, key=lambda name: (means[name], name))] if known else []
    return names[:MOST]


def _value(view: View, key: Key, metric: str) -> float:
    values = view.values(key, metric)
    return float(values.mean()) if len(values) else math.nan


def _both(labels: Labels, scores: Doubles) -> tuple[Pair, Pair]:
    """Return precision over recall and observed over predicted share, of the rarer of two or over scored classes."""
    columns = [labels.rarer] if len(labels.bands) == 2 else list(np.flatnonzero(labels.scored))
    precision = np.mean([_precision(scores[:, column], labels.weights[:, column]) for column in columns], axis=0)
    predicted, observed, _ = reliability(scores[:, columns], labels.weights[:, columns], BINS)
    return (GRID, precision), (predicted, observed)


def _precision(score: Doubles, positive: Doubles) -> Doubles:
    """Return the precision at the first threshold that reaches each recall of the grid."""
    precision, recall = precision_recall(ranking(score), positive, np.ones(len(score)))
    return np.asarray(precision[np.minimum(np.searchsorted(recall, GRID - 1e-12), len(recall) - 1)], np.float64)


def _mean(pairs: Sequence[tuple[Pair, Pair]]) -> tuple[Pair, Pair]:
    ranked, calibrated = zip(*pairs, strict=True)
    return _averaged(ranked), _averaged(calibrated)


def _averaged(pairs: Sequence[Pair]) -> Pair:
    x, y = zip(*pairs, strict=True)
    return np.mean(x, axis=0), np.mean(y, axis=0)


def _order(drawn: Sequence[DatasetCurves]) -> dict[str, int]:
    """Return a style for each name, the same in all panels: 0 for the baseline, 7 for the limit."""
    names = dict.fromkeys(curve.name for one in drawn for curve in one.curves if curve.name != LIMIT)
    return {name: number if number < 7 else 1 + (number - 1) % 6 for number, name in enumerate(names)} | {LIMIT: 7}


def _ranking_chart(drawn: Sequence[DatasetCurves]) -> Chart:
    styles = _order(drawn)
    panels, rows = [], []
    for one in drawn:
        series = tuple(
            Series(c.name, tuple(c.ranked[0].tolist()), tuple(c.ranked[1].tolist()), styles[c.name]) for c in one.curves
        )
        axis = "precision, mean over classes" if one.macro else "precision"
        panels.append(LinesPanel(_title(one), series, "recall", axis, level=one.prevalence, markers=False))
        for curve in one.curves:
            at = [int(np.searchsorted(GRID, level - 1e-9)) for level in LEVELS]
            cells = tuple(NumberCell(float(curve.ranked[1][place])) for place in at)
            rows.append(
                TableRow(
                    (TextCell(curve.name), TextCell(one.dataset), TextCell(one.learner), *cells),
                    curve.sources,
                    Scope(one.learner),
                )
            )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Dataset"),
        TableColumn("Learner"),
        *(TableColumn(f"at recall {level:g}", "precision", True) for level in LEVELS),
    )
    twin = ReportTable("pr-table", "Precision at given recall", columns, tuple(rows))
    return Chart("pr", "Precision and recall: the dotted line is a random ranking", tuple(panels), twin)


LEVELS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""recalls in the table"""


def _calibration_chart(drawn: Sequence[DatasetCurves]) -> Chart:
    styles = _order(drawn)
    panels, rows = [], []
    for one in drawn:
        series = []
        for curve in one.curves:
            predicted, observed = curve.calibrated
            kept = (predicted > LEAST) & (observed > LEAST)
            series.append(
                Series(curve.name, tuple(predicted[kept].tolist()), tuple(observed[kept].tolist()), styles[curve.name])
            )
            for number, (x, y) in enumerate(zip(predicted, observed, strict=True), 1):
                about = (
                    TextCell(curve.name),
                    TextCell(one.dataset),
                    TextCell(one.learner),
                    NumberCell(number, "count"),
                )
                shares = (NumberCell(float(x), "percent"), NumberCell(float(y), "percent"))
                rows.append(TableRow((*about, *shares), curve.sources, Scope(one.learner)))
        panels.append(
            LinesPanel(
                _title(one), tuple(series), "predicted share", "observed share", x_log=True, y_log=True, diagonal=True
            )
        )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Dataset"),
        TableColumn("Learner"),
        TableColumn("Bin", numeric=True),
        TableColumn("Predicted", "mean probability in the bin", True),
        TableColumn("Observed", "share of the class in the bin", True),
    )
    twin = ReportTable("calibration-table", "Predicted and observed share by bins of equal size", columns, tuple(rows))
    return Chart(
        "calibration",
        "Calibration: on the diagonal predicted and observed shares are equal; bins hold equal numbers of rows",
        tuple(panels),
        twin,
    )


def _title(one: DatasetCurves) -> str:
    return f"{one.dataset}, {one.learner}"
