"""Distances of synthetic rows from the real rows that they were made from, which reveal copies."""

from __future__ import annotations

import pandas as pd

from longtail.bench.summary.view import View, known
from longtail.reports.content import BlockGroup, NumberCell, ReportTable, TableColumn, TableRow, TextCell

TITLE = "How near synthetic rows lie to real ones"


def group(view: View) -> BlockGroup | None:
    """Return a row per strategy that added rows, those closest to copying first; None if no cell added rows."""
    cells = view.done[view.done["copies"].notna()]
    if cells.empty:
        return None
    found = [(str(name), rows) for name, rows in cells.groupby("strategy", sort=True)]
    found.sort(key=lambda pair: (-pair[1]["copies"].median(), pair[1]["nearness"].median()))
    columns = (
        TableColumn("Strategy"),
        TableColumn("Copies", "share of synthetic rows that are training rows, median over cells", True),
        TableColumn(
            "Distance", "median over cells; 1: as far from training rows as these are from each other; 0: copies", True
        ),
        TableColumn("Least distance", "of the datasets' medians over cells", True),
        TableColumn("On", "the dataset of the least distance"),
    )
    note = (
        "For up to 1,000 rows per cell that resampling added: their distance to the nearest training row of their "
        "class, divided by the same distance between training rows. A generator far below 1 nearly repeats rows; "
        "methods that draw between neighbours are there by design."
    )
    rows = tuple(_row(name, own) for name, own in found)
    caption = "Copies among synthetic rows, and distances, by strategy"
    return BlockGroup(TITLE, (ReportTable("nearness", caption, columns, rows, note),))


def _row(strategy: str, cells: pd.DataFrame) -> TableRow:
    by_dataset = cells.groupby("dataset", sort=False)["nearness"].median().dropna()
    least = by_dataset.idxmin() if by_dataset.nunique() > 1 else ""
    return TableRow(
        (
            TextCell(strategy),
            NumberCell(known(cells["copies"].median()), "percent"),
            NumberCell(known(cells["nearness"].median())),
            NumberCell(known(by_dataset.min())),
            TextCell(str(least)),
        ),
        tuple(map(str, cells["cell"])),
    )
