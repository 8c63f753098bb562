"""The table of columns on a profile's page."""

from __future__ import annotations

from longtail.bench.profile.profile import DatasetProfile
from longtail.reports.content import NumberCell, ReportTable, TableColumn, TableRow, TextCell

CALENDAR = "calendar column: an hour or weekday differs between windows by definition"


def columns_table(profile: DatasetProfile) -> ReportTable:
    """Return a table of every column with its measurements."""
    clues = {clue.column: clue for clue in profile.clues}
    drift = {change.column: change.v for change in profile.drift.columns} if profile.drift else {}
    rows = []
    for feature in profile.features:
        clue = clues[feature.name]
        cells = [
            TextCell(feature.name),
            TextCell(feature.kind),
            NumberCell(feature.values, "count"),
            NumberCell(feature.missing, "percent"),
            NumberCell(feature.tied, "score"),
            NumberCell(clue.explained, "score", hint=clue.word),
            TextCell(clue.word),
            *(
                (NumberCell(drift.get(feature.name), "score", hint="" if feature.name in drift else CALENDAR),)
                if drift
                else ()
            ),
        ]
        rows.append(TableRow(tuple(cells)))
    columns = (
        TableColumn("Column"),
        TableColumn("Kind"),
        TableColumn("Different", "values that are not missing", True),
        TableColumn("Missing", "share of the rows", True),
        TableColumn("Gaps by class", "Cramér's V between being missing and the class; 0 if it may be chance", True),
        TableColumn("Explained", "share of the uncertainty about the class, on held-out rows", True),
        TableColumn("In words", "how much the column alone tells"),
        *((TableColumn("Over time", "Cramér's V between the value and the window", True),) if drift else ()),
    )
    return ReportTable("columns-all", f"All {len(rows):,} columns", columns, tuple(rows))
