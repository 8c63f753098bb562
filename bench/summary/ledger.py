"""The cells that did not finish with their reasons, and all cells with their ids, numbers and records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from longtail.bench.records import STATUSES
from longtail.bench.summary.view import JUDGED, View, counted, known, label, listed
from longtail.reports.content import (
    Block,
    BlockGroup,
    Cell,
    NumberCell,
    Paragraph,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

MEANING = {
    "done": "has scores",
    "failed": "raised an exception, or gave scores that are not numbers",
    "timeout": "took longer than the suite allows, and was stopped",
    "out_of_memory": "needed more memory than the suite allows, and was stopped",
    "not_applicable": "can't work on such data or with this learner; the strategy or learner says why",
    "interrupted": "was not run, or did not reach its end",
}
SHOWN = (*JUDGED, "balanced_accuracy")


def section(view: View) -> Section:
    """Return counts, then unfinished cells by reason, then the ledger."""
    lost = view.cells[~view.cells["status"].isin(["done", "not_applicable"])]
    refused = view.cells[view.cells["status"] == "not_applicable"]
    blocks: list[Block] = [_counts(view)]
    blocks.append(_unfinished(lost) if len(lost) else Paragraph("Every cell that could be fitted has finished."))
    if len(refused):
        blocks.append(BlockGroup("Pairs that are not applicable", (_refused(refused),)))
    blocks.append(BlockGroup("All cells", (_ledger(view),), folded=True))
    lead = "Every planned cell has a row. Failures count against a strategy in ranks; they never become zeros in means."
    return Section("cells", "Cells", lead, tuple(blocks))


def _counts(view: View) -> ReportTable:
    counts = view.cells["status"].value_counts()
    rows = tuple(
        TableRow((TextCell(_status(status)), NumberCell(int(counts[status]), "count"), TextCell(MEANING[status])))
        for status in STATUSES
        if status in counts
    )
    columns = (TableColumn("Status"), TableColumn("Cells", numeric=True), TableColumn("A cell that"))
    return ReportTable("statuses", f"{counted(len(view.cells), 'planned cell')} by status", columns, rows)


def _unfinished(rows: pd.DataFrame) -> ReportTable:
    """Return one row per (status, reason, dataset, learner, strategy)."""
    found = []
    keys = ["status", "strategy", "learner", "dataset", "reason"]
    for (status, strategy, learner, dataset, reason), cells in rows.groupby(keys, sort=True, dropna=False):
        seeds = ", ".join(str(seed) for seed in sorted(cells["seed"]))
        found.append(
            TableRow(
                (
                    TextCell(str(strategy)),
                    TextCell(str(learner)),
                    TextCell(str(dataset)),
                    TextCell(seeds),
                    TextCell(_status(status)),
                    TextCell(str(reason)),
                ),
                tuple(map(str, cells["cell"])),
                _scope(cells, str(learner)),
            )
        )
    columns = tuple(TableColumn(name) for name in ("Strategy", "Learner", "Dataset", "Seeds", "Status", "Why"))
    return ReportTable("unfinished", f"{counted(len(rows), 'cell')} did not finish", columns, tuple(found))


def _refused(rows: pd.DataFrame) -> ReportTable:
    found = []
    for (strategy, learner, reason), cells in rows.groupby(["strategy", "learner", "reason"], sort=True, dropna=False):
        datasets = listed(list(dict.fromkeys(map(str, cells["dataset"]))), 20)
        found.append(
            TableRow(
                (
                    TextCell(str(strategy)),
                    TextCell(str(learner)),
                    TextCell(datasets),
                    NumberCell(len(cells), "count"),
                    TextCell(str(reason)),
                ),
                tuple(map(str, cells["cell"])),
                Scope(str(learner)),
            )
        )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Learner"),
        TableColumn("Datasets"),
        TableColumn("Cells", numeric=True),
        TableColumn("Why"),
    )
    return ReportTable("refused", "Not applicable, by pair and reason", columns, tuple(found))


def _ledger(view: View) -> ReportTable:
    """Return a row for every cell; its id links to its record."""
    rows = []
    for cell in view.cells.to_dict("records"):
        has_record = cell["status"] not in {"not_applicable", "interrupted"}
        link = (
            f"../cells/{cell['cell']}/{cell['fingerprint']}/record.json" if has_record and cell["fingerprint"] else ""
        )
        numbers: list[Cell] = [NumberCell(known(cell[metric])) for metric in SHOWN]
        status = _status(cell["status"]) + (", stale" if cell["stale"] else "")
        rows.append(
            TableRow(
                (
                    TextCell(str(cell["cell"]), href=link, code=True),
                    TextCell(str(cell["strategy"])),
                    TextCell(str(cell["learner"])),
                    TextCell(str(cell["dataset"])),
                    NumberCell(int(cell["seed"]), "count"),
                    TextCell(status),
                    *numbers,
                    NumberCell(known(cell["seconds_total"]), "seconds"),
                ),
                scope=Scope(str(cell["learner"]), "generated" if cell["generated"] else "real"),
            )
        )
    columns = (
        TableColumn("Cell", "id; links to the record beside this report"),
        TableColumn("Strategy"),
        TableColumn("Learner"),
        TableColumn("Dataset"),
        TableColumn("Seed", numeric=True),
        TableColumn("Status"),
        *(TableColumn(label(metric), numeric=True) for metric in SHOWN),
        TableColumn("Time", numeric=True),
    )
    note = "stale: the code has changed since; `longtail why CELL` shows the changes."
    return ReportTable("cells-all", "All cells", columns, tuple(rows), note)


def _status(status: Any) -> str:
    return str(status).replace("_", " ")


def _scope(cells: pd.DataFrame, learner: str) -> Scope:
    return Scope(learner, "generated" if bool(cells["generated"].iloc[0]) else "real")


def unfinished_counts(rows: pd.DataFrame) -> Sequence[str]:
    """Return texts such as `4 cells failed` and `1 cell timeout`, one per status."""
    counts = rows["status"].value_counts()
    return [f"{counted(int(counts[s]), 'cell')} {_status(s)}" for s in STATUSES if s in counts]
