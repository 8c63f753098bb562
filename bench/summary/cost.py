"""Costs: quality against time, time by part, memory, and the training rows of each class."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from longtail.bench.summary import nearness
from longtail.bench.summary.view import Key, View, known, label, slug, span
from longtail.reports.charts.scatter_plot import ScatterPanel, Spot
from longtail.reports.charts.stacked_bars import StacksPanel
from longtail.reports.content import (
    Block,
    BlockGroup,
    Chart,
    NumberCell,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

PARTS = ("encode", "resample", "fit", "calibrate", "predict")


def quality_section(view: View) -> Section:
    """Return a chart per dataset with a point per pair, and the front of pairs that no other pair beats."""
    panels, rows = [], []
    for dataset in view.datasets():
        spots = _spots(view, dataset)
        if spots:
            panels.append(
                ScatterPanel(dataset, spots, view.learners, "time of one cell (log)", label("ap")),
            )
        for spot in spots:
            key = (dataset, view.learners[spot.group], spot.label)
            front = TextCell("yes" if spot.front else "")
            rows.append(
                TableRow(
                    (
                        TextCell(spot.label),
                        TextCell(key[1]),
                        TextCell(dataset),
                        NumberCell(spot.x, "seconds"),
                        span(view.values(key, "ap")),
                        front,
                    ),
                    view.sources([key]),
                    view.scope(dataset, key[1]),
                )
            )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Learner"),
        TableColumn("Dataset"),
        TableColumn("Time", "mean seconds of a cell", True),
        TableColumn(label("ap"), "mean over seeds", True),
        TableColumn("On the front", "no other pair is both faster and better"),
    )
    caption = (
        f"{label('ap')} over the time of a cell, means over seeds. Pairs that no other pair beats in both time and "
        "quality are joined and named; the verdict shows how large and how certain differences are."
    )
    chart = Chart(
        "quality-chart",
        caption,
        tuple(panels),
        ReportTable("quality-table", "Quality and cost of each pair", columns, tuple(rows)),
    )
    lead = (
        "The quality that more time brings. Times are of cells that ran beside others, unless the table of times says "
        "that they ran alone."
    )
    return Section("quality", "Quality and cost", lead, (chart,) if panels else (), "Cost")


def _spots(view: View, dataset: str) -> tuple[Spot, ...]:
    found = []
    for key in view.groups:
        seconds, quality = (view.values(key, name) for name in ("seconds_total", "ap"))
        if key[0] == dataset and len(seconds) and len(quality) and seconds.mean() > 0:
            found.append(Spot(key[2], float(seconds.mean()), float(quality.mean()), view.learners.index(key[1])))
    best = front([(spot.x, spot.y) for spot in found])
    return tuple(Spot(s.label, s.x, s.y, s.group, on) for s, on in zip(found, best, strict=True))


def front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Return for each (cost, quality) whether it is on the front.

    No other point of the set is better at the same or a lower cost, or at least as good at a lower cost.
    """
    return [
        not any((x <= cost and y > quality) or (x < cost and y >= quality) for x, y in points)
        for cost, quality in points
    ]


def runtime_section(view: View) -> Section:
    """Return stacked times by learner, tables of times, latency, memory and rows, and distances of synthetic rows."""
    groups = []
    for number, learner in enumerate(view.learners):
        panels = tuple(filter(None, (_stacks(view, dataset, learner) for dataset in view.datasets(learner=learner))))
        if panels:
            caption = f"Mean time of a cell with {learner}, by part"
            chart = Chart(f"time-{slug(learner)}", caption, panels, _time_table(view, learner))
            groups.append(BlockGroup(f"With {learner}", (chart,), Scope(learner), folded=number > 0))
    near = nearness.group(view)
    rows = BlockGroup("Rows trained on", (_rows_table(view),), folded=True)
    blocks: tuple[Block, ...] = (*groups, rows, *((near,) if near else ()))
    lead = "Where the time goes. Work that cells share, such as encoding, is charged to each of them."
    return Section("runtime", "Time, memory, rows", lead, blocks, "Time")


def _stacks(view: View, dataset: str, learner: str) -> StacksPanel | None:
    names = [name for name in view.strategies(learner) if (dataset, learner, name) in view.groups]
    values = tuple(
        tuple(_mean(view, (dataset, learner, name), f"seconds_{part}") or 0.0 for name in names) for part in PARTS
    )
    return StacksPanel(dataset, tuple(names), PARTS, values, "seconds") if names else None


def _time_table(view: View, learner: str) -> ReportTable:
    rows = []
    for key, cells in view.groups.items():
        dataset, own, name = key
        if own != learner:
            continue
        alone = cells["exclusive"].dropna()
        parts = (NumberCell(_mean(view, key, f"seconds_{part}"), "seconds") for part in (*PARTS, "total"))
        rows.append(
            TableRow(
                (
                    TextCell(name),
                    TextCell(dataset),
                    *parts,
                    NumberCell(_mean(view, key, "cpu_seconds"), "seconds"),
                    NumberCell(_scaled(_mean(view, key, "latency_ms"), 1e-3), "seconds"),
                    NumberCell(_mean(view, key, "peak_bytes"), "bytes"),
                    NumberCell(_mean(view, key, "added_bytes"), "bytes"),
                    NumberCell(_mean(view, key, "gpu_bytes"), "bytes"),
                    NumberCell(_mean(view, key, "optimiser_steps"), "count"),
                    TextCell("yes" if len(alone) and alone.astype(bool).all() else "no"),
                ),
                view.sources([key]),
                view.scope(dataset, learner),
            )
        )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Dataset"),
        *(TableColumn(part.capitalize(), "mean over seeds", True) for part in (*PARTS, "total")),
        TableColumn("CPU time", "of all threads", True),
        TableColumn("Latency", "per 1,000 rows", True),
        TableColumn("Peak memory", "largest resident size of the process", True),
        TableColumn("Added memory", "peak minus the memory of the process before the cell", True),
        TableColumn("GPU memory", "", True),
        TableColumn("Steps", "of the optimiser", True),
        TableColumn("Alone", "whether nothing else ran beside the cell while its times were measured"),
    )
    return ReportTable(f"time-{slug(learner)}-table", f"Times, latency and memory with {learner}", columns, tuple(rows))


def _rows_table(view: View) -> ReportTable:
    """Return the rows of the rarest class, of the largest class and of all, before and after: n1' = n1 + k n1."""
    rows = []
    for key, cells in view.groups.items():
        dataset, learner, name = key
        before, after = (_mean_rows(list(cells[column])) for column in ("rows_before", "rows_after"))
        if before is None or after is None or len(before) != len(after):
            continue
        rare, frequent = int(np.argmin(before)), int(np.argmax(before))
        gain = (after[rare] - before[rare]) / before[rare] if before[rare] else math.nan
        numbers = (before[rare], after[rare], before[frequent], after[frequent], before.sum(), after.sum())
        rows.append(
            TableRow(
                (
                    TextCell(name),
                    TextCell(learner),
                    TextCell(dataset),
                    *(NumberCell(float(value), "count") for value in numbers[:2]),
                    NumberCell(known(gain), "signed"),
                    *(NumberCell(float(value), "count") for value in numbers[2:]),
                    NumberCell(_ratio(before), "ratio"),
                    NumberCell(_ratio(after), "ratio"),
                ),
                view.sources([key]),
                Scope(learner, view.kind_of(dataset)),
            )
        )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Learner"),
        TableColumn("Dataset"),
        TableColumn("Rarest class, n1", "training rows before", True),
        TableColumn("Rarest class, n1'", "training rows after: n1' = n1 + k n1", True),
        TableColumn("k", "rows added to the rarest class, divided by its rows before", True),
        TableColumn("Largest class", "training rows before", True),
        TableColumn("Largest class, after", "", True),
        TableColumn("All rows", "before", True),
        TableColumn("All rows, after", "", True),
        TableColumn("Imbalance", "largest over smallest class, before", True),
        TableColumn("Imbalance, after", "", True),
    )
    note = "Means over seeds. For ensembles: rows of all fits divided by the number of fits."
    return ReportTable("rows", "Rows per class before and after resampling", columns, tuple(rows), note)


def _ratio(counts: np.ndarray) -> float | None:
    there = counts[counts > 0]
    return float(there.max() / there.min()) if len(there) else None


def _mean_rows(lists: list[object]) -> np.ndarray | None:
    given = [np.asarray(value, dtype=float) for value in lists if isinstance(value, list | tuple | np.ndarray)]
    return np.mean(given, axis=0) if given and len({len(value) for value in given}) == 1 else None


def _mean(view: View, key: Key, column: str) -> float | None:
    values = view.values(key, column)
    return float(values.mean()) if len(values) else None


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
