"""The distance of strategies from the best that the features allow, which is known for generated data only."""

from __future__ import annotations

import math

import numpy as np

from longtail.bench.summary.view import View, label, span
from longtail.reports.charts.dot_plot import DotsPanel
from longtail.reports.content import (
    Block,
    Chart,
    NumberCell,
    Paragraph,
    ReportTable,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

METRICS = ("ap", "f1", "balanced_accuracy", "log_loss")


def section(view: View) -> Section:
    """Return the share of the way from class frequencies to the Bayes limit, for each pair."""
    panels, rows = [], []
    for dataset in view.datasets("generated") if "generated" in view.kinds else ():
        ends = {metric: _ends(view, dataset, metric) for metric in METRICS}
        if not math.isfinite(ends["ap"][1]):
            continue
        panels.append(_dots(view, dataset, *ends["ap"]))
        rows += _rows(view, dataset, ends)
    lead = (
        "On generated data the true probabilities are known, so the best that any model could reach from the same "
        "features is known too, for each metric separately. 0 is the value of class frequencies alone, 1 is the limit."
    )
    if not panels:
        return Section(
            "limit", "Distance to the limit", lead, (Paragraph("No dataset of this run has a known limit."),), "Limit"
        )
    caption = (
        f"Share of the way in {label('ap')} from class frequencies (0) to the Bayes limit (1), by "
        "learner, mean over seeds"
    )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Learner"),
        TableColumn("Dataset"),
        TableColumn(label("ap"), numeric=True),
        TableColumn("Limit", f"Bayes limit of {label('ap')}", True),
        *(
            TableColumn(f"Share, {label(metric)}", "0: class frequencies alone, 1: the limit", True)
            for metric in METRICS
        ),
        TableColumn("Excess log loss", "over the limit's; 0 is best", True),
    )
    blocks: tuple[Block, ...] = (
        Chart("reach", caption, tuple(panels), ReportTable("reach-table", caption, columns, tuple(rows)), above(view)),
    )
    return Section("limit", "Distance to the limit", lead, blocks, "Limit")


def above(view: View) -> str:
    """Return a sentence that names the pairs above the limit by more than their interval: these are errors."""
    found = []
    for dataset, learner, name in view.groups:
        limit = view.reference(dataset, "bayes-limit", "ap")
        value = span(view.values((dataset, learner, name), "ap"))
        if len(limit) and value.low is not None and value.low > limit.max():
            found.append(f"{name} with {learner} on {dataset}")
    return (
        f"Above the limit by more than their interval, which is an error: {'; '.join(found)}."
        if found
        else "No pair is above the limit by more than its interval."
    )


def _ends(view: View, dataset: str, metric: str) -> tuple[float, float]:
    low, high = (view.reference(dataset, name, metric) for name in ("prior", "bayes-limit"))
    return (float(low.mean()) if len(low) else math.nan, float(high.mean()) if len(high) else math.nan)


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if math.isfinite(high - low) and high != low else math.nan


def _mean(view: View, dataset: str, learner: str, name: str, metric: str) -> float:
    values = view.values((dataset, learner, name), metric)
    return float(values.mean()) if len(values) else math.nan


def _dots(view: View, dataset: str, low: float, high: float) -> DotsPanel:
    keys = [key for key in view.groups if key[0] == dataset]
    shares = {key: _share(_mean(view, *key, "ap"), low, high) for key in keys}
    best = {
        name: np.nanmax([value for key, value in shares.items() if key[2] == name])
        for name in dict.fromkeys(key[2] for key in keys)
    }
    names = tuple(sorted(best, key=lambda name: (name != view.baseline, -best[name], name)))
    values = tuple(tuple(shares.get((dataset, learner, name), math.nan) for name in names) for learner in view.learners)
    return DotsPanel(dataset, names, view.learners, values, "share of the way to the limit")


def _rows(view: View, dataset: str, ends: dict[str, tuple[float, float]]) -> list[TableRow]:
    found = []
    for key in view.groups:
        if key[0] != dataset:
            continue
        shares = (NumberCell(_share(_mean(view, *key, metric), *ends[metric])) for metric in METRICS)
        found.append(
            TableRow(
                (
                    TextCell(key[2]),
                    TextCell(key[1]),
                    TextCell(dataset),
                    span(view.values(key, "ap")),
                    NumberCell(ends["ap"][1]),
                    *shares,
                    span(view.values(key, "excess_log_loss")),
                ),
                view.sources([key]),
                view.scope(dataset, key[1]),
            )
        )
    return found
