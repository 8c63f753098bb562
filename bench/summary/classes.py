"""Results by head, medium and tail, by class from the most frequent to the rarest, and by known and new users."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longtail.bench.evaluation.bands import BANDS
from longtail.bench.summary.view import View, listed, records, slug, span
from longtail.reports.charts.dot_plot import DotsPanel
from longtail.reports.charts.line_plot import LinesPanel, Series
from longtail.reports.content import (
    BlockGroup,
    Cell,
    Chart,
    NumberCell,
    Paragraph,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

LIMIT = "bayes-limit"
WHAT = {"ap": "Average precision", "recall": "Recall"}
POINTS = 16
"""largest number of classes that a chart shows one by one"""
MOST = 5
"""largest number of strategies in a chart with one line each"""


def bands_section(view: View) -> Section:
    """Return charts of recall by band for each learner, and a table of known and new users."""
    bands = view.run.suite.bands
    cuts = (
        "Bands by training frequency: head has the fewest most frequent classes that together hold at least "
        f"{bands.head:.0%} of the rows; tail has the most rarest classes that together hold at most "
        f"{bands.tail:.0%}, and at least one class; medium has the rest."
    )
    groups = []
    for number, learner in enumerate(view.learners):
        panels = tuple(filter(None, (_dots(view, dataset, learner) for dataset in view.datasets(learner=learner))))
        if panels:
            caption = (
                f"Recall by band with {learner}, classes weighted equally (scores converted to the "
                f"balanced prior). {cuts}"
            )
            chart = Chart(f"bands-{slug(learner)}", caption, panels, _band_table(view, learner))
            groups.append(BlockGroup(f"With {learner}", (chart,), Scope(learner), folded=number > 0))
    users = _user_table(view)
    if users is not None:
        groups.append(BlockGroup("Known and new users", (users,), folded=True))
    return Section("bands", "Head and tail", "Which classes a strategy helps, and which classes lose.", tuple(groups))


def _dots(view: View, dataset: str, learner: str) -> DotsPanel | None:
    names = [name for name in view.strategies(learner) if (dataset, learner, name) in view.groups]
    values = [[_mean(view.values((dataset, learner, name), f"recall_{band}")) for name in names] for band in BANDS]
    if not names or not np.isfinite(values).any():
        return None
    return DotsPanel(dataset, tuple(names), BANDS, tuple(tuple(row) for row in values), "recall")


def _band_table(view: View, learner: str) -> ReportTable:
    bands = view.run.suite.bands
    rows = []
    for dataset in view.datasets(learner=learner):
        for name in view.strategies(learner):
            key = (dataset, learner, name)
            if key in view.groups:
                cells = [span(view.values(key, f"{metric}_{band}")) for metric in ("recall", "ap") for band in BANDS]
                bias = [span(view.values(key, f"calibration_{band}"), "signed") for band in BANDS[::2]]
                rows.append(
                    TableRow(
                        (TextCell(dataset), TextCell(name), *cells, *bias),
                        view.sources([key]),
                        view.scope(dataset, learner),
                    )
                )
    columns = (
        TableColumn("Dataset"),
        TableColumn("Strategy"),
        *(TableColumn(f"Recall, {band}", "mean recall of the band's classes, balanced prior", True) for band in BANDS),
        *(
            TableColumn(f"AP, {band}", "mean average precision of the band's classes, natural prior", True)
            for band in BANDS
        ),
        *(TableColumn(f"Bias, {band}", "log of predicted over observed rows: 0 is right", True) for band in BANDS[::2]),
    )
    note = f"head: at least {bands.head:.0%} of the rows; tail: at most {bands.tail:.0%}"
    return ReportTable(
        f"bands-{slug(learner)}-table", f"Recall, AP and bias by band with {learner}", columns, tuple(rows), note
    )


def _user_table(view: View) -> ReportTable | None:
    """Return the AP of rows whose user has training rows, and of the other rows; None if no cell has either."""
    rows = []
    for key in view.groups:
        warm, cold = (view.values(key, name) for name in ("ap_warm", "ap_cold"))
        if len(warm) or len(cold):
            dataset, learner, name = key
            rows.append(
                TableRow(
                    (TextCell(dataset), TextCell(learner), TextCell(name), span(warm), span(cold)),
                    view.sources([key]),
                    view.scope(dataset, learner),
                )
            )
    columns = (
        TableColumn("Dataset"),
        TableColumn("Learner"),
        TableColumn("Strategy"),
        TableColumn("AP, known users", "test rows of users that have training rows", True),
        TableColumn("AP, new users", "test rows of users without training rows", True),
    )
    return ReportTable("users", "Known and new users", columns, tuple(rows)) if rows else None


@dataclass(frozen=True, eq=False)
class Curves:
    """Means over seeds for one (dataset, learner): `facts` of K classes, AP and recall (K,) by strategy in `values`."""

    facts: pd.DataFrame
    values: dict[str, dict[str, np.ndarray]]


def classes_section(view: View) -> Section:
    """Return a chart from head to tail for a few strategies with each learner; its table has every class."""
    groups: list[BlockGroup] = []
    for learner in view.learners:
        many = [dataset for dataset in view.datasets(learner=learner) if _classes(view, dataset) > 2]
        names = selected(view, learner, many)
        curves = {dataset: _curves(view, dataset, learner, names) for dataset in many}
        if len(names) < 2 or not any(curve.values for curve in curves.values()):
            continue
        chart = _line_chart(view, learner, names, curves)
        groups.append(BlockGroup(f"With {learner}", (chart,), Scope(learner), folded=bool(groups)))
    why = (
        f"The charts show {view.baseline}, the best strategies by AP, recall of the tail, macro F1 and AP of the tail, "
        "and the Bayes limit if it is known."
    )
    two = Paragraph(
        "No dataset with more than two classes has enough finished strategies; for two classes see the bands above."
    )
    return Section("classes", "Class by class", why, tuple(groups) or (two,))


def selected(view: View, learner: str, datasets: list[str]) -> list[str]:
    """Return the baseline, and the best other strategy by each of four metrics over these datasets; at most `MOST`."""
    found = [view.baseline]
    for metric in ("ap", "recall_tail", "f1", "ap_tail"):
        means = {
            name: float(np.mean(values))
            for name in view.strategies(learner)
            if name != view.baseline
            and (values := [_mean(view.values((d, learner, name), metric)) for d in datasets])
            and np.isfinite(values).all()
        }
        ordered = [name for name in sorted(means, key=lambda name: (-means[name], name)) if name not in found]
        found += ordered[:1]
    return [name for name in found[:MOST] if any((d, learner, name) in view.groups for d in datasets)]


def _classes(view: View, dataset: str) -> int:
    known = view.done.loc[view.done["dataset"] == dataset, "classes"].dropna()
    return int(known.iloc[0]) if len(known) else 0


def _curves(view: View, dataset: str, learner: str, names: list[str]) -> Curves:
    rows = view.frames.per_class
    rows = rows[
        (rows["dataset"] == dataset)
        & rows["learner"].isin([learner, "reference"])
        & rows["strategy"].isin([*names, LIMIT])
    ]
    columns = {"class_name": "first", "band": "first", "rank": "first", "train_count": "mean", "support": "mean"}
    facts = rows.groupby("class_index").agg(columns)
    facts = facts.sort_values("rank", kind="stable")
    values: dict[str, dict[str, np.ndarray]] = {}
    for name, own in rows.groupby("strategy", sort=False):
        means = own.groupby("class_index")[["ap", "recall_balanced"]].mean().reindex(facts.index)
        values[str(name)] = {"ap": means["ap"].to_numpy(), "recall": means["recall_balanced"].to_numpy()}
    return Curves(facts, values)


def _line_chart(view: View, learner: str, names: list[str], curves: dict[str, Curves]) -> Chart:
    shown = [*names, LIMIT]
    panels = []
    for dataset, curve in curves.items():
        places = _neighbours(curve)
        ranks = _means(curve.facts["rank"].to_numpy(dtype=float), places)
        for metric, what in WHAT.items():
            series = tuple(
                Series(name, ranks, _means(curve.values[name][metric], places), style=7 if name == LIMIT else place)
                for place, name in enumerate(shown)
                if name in curve.values and np.isfinite(curve.values[name][metric]).any()
            )
            axis = "class, from the most frequent to the rarest"
            panels += (
                [LinesPanel(f"{dataset}, {what.lower()}", series, axis, what, bands=_ranges(curve))] if series else []
            )
    caption = f"Average precision and recall (classes weighted equally) by class with {learner}, mean over seeds"
    key = f"classes-{slug(learner)}"
    many = [dataset for dataset, curve in curves.items() if len(curve.facts) > POINTS]
    note = (
        f"On {listed(many)} a point is the mean of neighbouring classes of a band; the table has each." if many else ""
    )
    return Chart(key, caption, tuple(panels), _class_table(view, learner, caption, shown, curves), note)


def _neighbours(curve: Curves) -> list[np.ndarray]:
    """Return the positions of the classes behind each point, by rank: one class, or neighbours of a band if many."""
    size = math.ceil(len(curve.facts) / POINTS)
    band = curve.facts["band"].to_numpy()
    found = []
    for name in dict.fromkeys(band):
        own = np.flatnonzero(band == name)
        found += np.array_split(own, math.ceil(len(own) / size))
    return found


def _means(values: np.ndarray, places: list[np.ndarray]) -> tuple[float, ...]:
    """Return the means over known values; NaN if all values are missing."""
    known = [values[place][np.isfinite(values[place])] for place in places]
    return tuple(float(one.mean()) if len(one) else math.nan for one in known)


def _ranges(curve: Curves) -> tuple[tuple[str, float, float], ...]:
    """Return each band with its start and end on the axis of ranks."""
    found = []
    for band in BANDS:
        ranks = curve.facts.loc[curve.facts["band"] == band, "rank"]
        if len(ranks):
            found.append((band, float(ranks.min()) - 0.5, float(ranks.max()) + 0.5))
    return tuple(found)


def _class_table(view: View, learner: str, caption: str, names: list[str], curves: dict[str, Curves]) -> ReportTable:
    rows = []
    for dataset, curve in curves.items():
        sources = view.sources((dataset, learner, name) for name in names)
        for place, fact in enumerate(records(curve.facts)):
            values: list[Cell] = [
                NumberCell(float(curve.values[name][metric][place]) if name in curve.values else math.nan)
                for metric in WHAT
                for name in names
            ]
            about: tuple[Cell, ...] = (
                TextCell(str(fact["class_name"])),
                TextCell(dataset),
                *(NumberCell(float(fact[name]), "count") for name in ("rank", "train_count", "support")),
                TextCell(str(fact["band"])),
            )
            rows.append(TableRow((*about, *values), sources))
    columns = (
        TableColumn("Class"),
        TableColumn("Dataset"),
        *(TableColumn(head, numeric=True) for head in ("Rank", "Training rows", "Test rows")),
        TableColumn("Band"),
        *(TableColumn(f"{what}, {name}", numeric=True) for what in ("AP", "Recall") for name in names),
    )
    return ReportTable(f"classes-{slug(learner)}-table", caption, columns, tuple(rows))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan
