"""The charts of a profile's page, each with a table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from longtail.bench.evaluation.bands import BANDS
from longtail.bench.profile.column_kinds import Feature
from longtail.bench.profile.concentration import Concentration
from longtail.bench.profile.drift import Drift, moment
from longtail.bench.profile.profile import Class, DatasetProfile
from longtail.reports.charts.dot_plot import DotsPanel
from longtail.reports.charts.line_plot import LinesPanel, Series
from longtail.reports.charts.panel import Panel
from longtail.reports.charts.stacked_bars import StacksPanel
from longtail.reports.content import Chart, IntervalCell, NumberCell, ReportTable, TableColumn, TableRow, TextCell

SHOWN = 24
"""largest number of rows of a chart"""
FEW = 5
"""number of classes up to which a curve over ranks adds nothing to their bars"""
CURVES = 5
"""largest number of Lorenz curves that can be distinguished"""
WIDE = 0.3
"""explained share above which the axis has the whole range from 0 to 1"""


def class_sizes(profile: DatasetProfile) -> Chart:
    """Return bars of the most frequent classes, rows over rank if there are many classes, and the Lorenz curve."""
    there = [each for each in profile.classes if each.rows]
    panels: list[Panel] = [_bars(profile)]
    if len(there) > FEW:
        panels.append(_ranked(there))
    panels.append(_lorenz("Lorenz curve", (profile.spread,)))
    caption = "Rows of each class. The further the Lorenz curve lies below the straight line, the more uneven they are."
    columns = (
        TableColumn("Class"),
        TableColumn("Rank", numeric=True),
        TableColumn("Band"),
        TableColumn("Rows", numeric=True),
        TableColumn("Share", numeric=True),
    )
    rows = tuple(
        TableRow(
            (
                TextCell(each.name),
                NumberCell(at + 1, "count"),
                TextCell(each.band),
                NumberCell(each.rows, "count"),
                NumberCell(each.share, "percent"),
            )
        )
        for at, each in enumerate(profile.classes)
    )
    twin = ReportTable("classes-all", f"All {len(rows):,} classes", columns, rows)
    note = "The shading separates head, medium and tail." if len(there) > FEW else ""
    return Chart("class-sizes", caption, tuple(panels), twin, note)


def long_tail(profile: DatasetProfile) -> Chart:
    """Return Lorenz curves, and rows over ranks with the fitted law."""
    every = (profile.spread, *profile.ids)
    panels: list[Panel] = [_lorenz("Lorenz curves", every[:CURVES])] if profile.ids else []
    panels += [_curve(each) for each in every if each.categories > 2]
    rows = tuple(
        TableRow((TextCell(each.name), NumberCell(rank, "count"), NumberCell(count, "count")))
        for each in every
        for rank, count in each.curve
    )
    columns = (TableColumn("Counted"), TableColumn("Rank", numeric=True), TableColumn("Rows", numeric=True))
    twin = ReportTable("curves-table", "Rows at some ranks", columns, rows)
    caption = "Rows over rank on logarithmic scales, on which a Zipf law is a straight line."
    return Chart("long-tail", caption, tuple(panels), twin)


def spread_table(profile: DatasetProfile) -> ReportTable:
    """Return a table of the concentration of rows, one row per counted thing."""
    columns = (
        TableColumn("Counted"),
        TableColumn("Different", "number of values that occur", True),
        TableColumn("Most", "rows of the most frequent", True),
        TableColumn("Least", "rows of the rarest", True),
        TableColumn("Ratio", "imbalance ratio", True),
        TableColumn("Gini", "0: all equal", True),
        TableColumn("Effective", "exp of the entropy of the shares", True),
        TableColumn("Top 1 %", "share of the rows that the most frequent hundredth holds", True),
        TableColumn("Once", "number of values that occur in one row only", True),
        TableColumn("Zipf exponent", "maximum likelihood over ranks with a 95 % interval", True),
        TableColumn("Distance", "largest difference of cumulative shares from the law; up to 0.05 is close", True),
    )
    rows = tuple(TableRow(_measures(each)) for each in (profile.spread, *profile.ids))
    return ReportTable("spread-table", "How rows are spread", columns, rows, "Only values that occur are counted.")


def told(profile: DatasetProfile) -> Chart:
    """Return the information about the class in each column alone."""
    shown = profile.clues[:SHOWN]
    names = ("on held-out rows", "largest of 39 shuffles of the labels")
    values = tuple(
        tuple(max(0.0, value) for value in part) for part in ([c.explained for c in shown], [c.chance for c in shown])
    )
    wide = max(values[0]) > WIDE
    panel = DotsPanel("Uncertainty removed", tuple(c.column for c in shown), names, values, "share", unit=wide)
    rows = tuple(
        TableRow(
            (TextCell(c.column), NumberCell(c.explained), NumberCell(c.chance), TextCell(c.word)), strong=c.suspect
        )
        for c in profile.clues
    )
    columns = (
        TableColumn("Column"),
        TableColumn("Held-out rows", "", True),
        TableColumn("Shuffled", "", True),
        TableColumn("In words"),
    )
    twin = ReportTable("told-table", "What a column alone tells", columns, rows)
    left = len(profile.clues) - len(shown)
    note = f"{left} more columns, which tell less, are in the table." if left else ""
    return Chart("told", "Values below 0, which occur by chance, are drawn at 0.", (panel,), twin, note)


def shares(drift: Drift) -> Chart:
    """Return class shares over windows."""
    x = tuple(float(at + 1) for at in range(len(drift.rows)))
    panels = tuple(
        LinesPanel(
            one.name, (Series("share with its interval", x, one.share, 0, one.low, one.high),), "window", "share"
        )
        for one in drift.shares
    )
    rows = tuple(
        TableRow(
            (
                TextCell(one.name),
                *(IntervalCell(*ends, form="percent") for ends in zip(one.share, one.low, one.high, strict=True)),
            )
        )
        for one in drift.shares
    )
    columns = (
        TableColumn("Class"),
        *(TableColumn(f"{at + 1}: {moment(start)}", numeric=True) for at, start in enumerate(drift.starts)),
    )
    twin = ReportTable("shares-table", "Class shares by window", columns, rows)
    return Chart("shares", "Share of the rows in each window.", panels, twin)


def strength(drift: Drift) -> Chart:
    """Return how much columns depend on the window."""
    shown = (drift.classes, *drift.columns[: SHOWN - 1])
    labels = tuple("(the class)" if at == 0 else change.column for at, change in enumerate(shown))
    values = (tuple(c.low for c in shown), tuple(c.v for c in shown), tuple(c.high for c in shown))
    panel = DotsPanel(
        "Change over windows", labels, ("lower end", "Cramér's V", "upper end"), values, "Cramér's V", unit=False
    )
    rows = tuple(
        TableRow(
            (
                TextCell("(the class)" if at == 0 else c.column),
                IntervalCell(c.v, c.low, c.high),
                NumberCell(c.p),
                TextCell(c.word),
            )
        )
        for at, c in enumerate((drift.classes, *drift.columns))
    )
    columns = (
        TableColumn("Column"),
        TableColumn("Cramér's V", "", True),
        TableColumn("p", "chi-square, Holm", True),
        TableColumn("Change"),
    )
    twin = ReportTable("strength-table", "Change over windows", columns, rows)
    return Chart("strength", "How much the values of a column depend on the window.", (panel,), twin)


def gap_bars(gaps: Sequence[Feature]) -> Chart:
    """Return the shares of missing values."""
    most = sorted(gaps, key=lambda feature: -feature.missing)
    shown = most[:SHOWN]
    values = (tuple(feature.missing for feature in shown),)
    panel = StacksPanel(
        "Missing values", tuple(f.name for f in shown), ("missing",), values, "share of the rows", "percent"
    )
    rows = tuple(TableRow((TextCell(feature.name), NumberCell(feature.missing, "percent"))) for feature in most)
    twin = ReportTable(
        "gaps-table", "Missing values", (TableColumn("Column"), TableColumn("Missing", numeric=True)), rows
    )
    return Chart("gaps", "Columns with missing values.", (panel,), twin)


def _bars(profile: DatasetProfile) -> StacksPanel:
    shown = profile.classes[:SHOWN]
    left = len(profile.classes) - len(shown)
    title = f"Rows of the {len(shown)} largest classes, {left:,} more in the table" if left else "Rows by class"
    rows = (tuple(float(each.rows) for each in shown),)
    return StacksPanel(title, tuple(each.name for each in shown), ("rows",), rows, "rows", "count")


def _ranked(there: Sequence[Class]) -> LinesPanel:
    bands = []
    for band in BANDS:
        places = [at for at, each in enumerate(there) if each.band == band]
        if places:
            bands.append((band, min(places) + 0.5, max(places) + 1.5))
    x = tuple(float(at + 1) for at in range(len(there)))
    seen = Series("rows", x, tuple(float(each.rows) for each in there), style=0)
    title, axis = "Rows over the rank of a class", "rank of the class"
    return LinesPanel(title, (seen,), axis, "rows", y_log=True, bands=tuple(bands), markers=False)


def _lorenz(title: str, counted: Sequence[Concentration]) -> LinesPanel:
    equal = Series("all equal", (0.0, 1.0), (0.0, 1.0), style=7)
    curves = [
        Series(each.name, tuple(x for x, _ in each.lorenz), tuple(y for _, y in each.lorenz), style=place)
        for place, each in enumerate(counted, 1)
    ]
    axis = "share of categories, the rarest first"
    return LinesPanel(title, (equal, *curves), axis, "their share of the rows", markers=False)


def _curve(each: Concentration) -> LinesPanel:
    rank, rows = (tuple(map(float, part)) for part in zip(*each.curve, strict=True))
    seen = Series("rows", rank, rows, style=0)
    law = () if each.zipf is None else (Series("Zipf law, fitted", *each.law, style=6),)
    return LinesPanel(each.name, (seen, *law), "rank", "rows", x_log=True, y_log=True, markers=False)


def _measures(each: Concentration) -> tuple[TextCell | NumberCell | IntervalCell, ...]:
    law = each.zipf
    exponent = (
        NumberCell(None, hint="fewer than 5 ranks of 30 rows")
        if law is None
        else IntervalCell(law.exponent, law.low, law.high)
    )
    return (
        TextCell(each.name),
        NumberCell(each.categories, "count"),
        NumberCell(each.most, "count"),
        NumberCell(each.least, "count"),
        NumberCell(each.imbalance_ratio, "ratio"),
        NumberCell(each.gini),
        NumberCell(each.effective, "count" if each.effective >= 100 else "rank"),
        NumberCell(each.top_share, "percent"),
        NumberCell(each.singles, "count"),
        exponent,
        NumberCell(None if law is None else law.distance),
    )
