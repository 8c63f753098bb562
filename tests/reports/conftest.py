"""A report with one of everything, and names chosen to break it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from longtail.reports.charts.dot_plot import DotsPanel
from longtail.reports.charts.forest_plot import Estimate, ForestPanel
from longtail.reports.charts.line_plot import LinesPanel, Series
from longtail.reports.charts.scatter_plot import ScatterPanel, Spot
from longtail.reports.charts.stacked_bars import StacksPanel
from longtail.reports.content import (
    BlockGroup,
    Chart,
    Code,
    Glossary,
    Headline,
    IntervalCell,
    Notice,
    NumberCell,
    Paragraph,
    Report,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TallyCell,
    TextCell,
    VerdictCell,
)

HOSTILE = "<script>alert('x')</script> & \"q\" $\\frac{1}{2}$"
CHINESE = "连衣裙和鞋子"
COLUMNS = (
    TableColumn("Strategy"),
    TableColumn("AP", "average precision", numeric=True),
    TableColumn("Cost", numeric=True),
)


def sample_table(key: str, names: tuple[str, ...] = ("none", "smote", "focal-loss")) -> ReportTable:
    rows = [
        TableRow(
            (
                TextCell(name),
                IntervalCell(0.4 + n / 100, 0.39, 0.42 + n / 100, 3, scale=(0.3, 0.5), mark=0.4),
                NumberCell(2.0**-n, "seconds"),
            ),
            sources=(f"{n:020x}",),
            scope=Scope("mlp" if n % 2 else "gbdt", "generated"),
        )
        for n, name in enumerate(names)
    ]
    return ReportTable(key, f"Table {key}", COLUMNS, tuple(rows), note="a note")


@pytest.fixture
def forest() -> Chart:
    rows = (
        Estimate("smote", 0.02, 0.01, 0.03, "better", (0.015, 0.02, 0.025)),
        Estimate("focal-loss", -0.02, -0.05, 0.01, "undecided", (-0.04, 0.0)),
        Estimate(HOSTILE, -0.03, -0.04, -0.02, "worse"),
        Estimate(CHINESE, 0.0, -0.004, 0.004, "practically equal"),
        Estimate("one seed", 0.01, None, None, "no verdict"),
    )
    return Chart(
        "forest", "Differences", (ForestPanel("cat10", rows, 0.01, "difference in AP"),), sample_table("forest-table")
    )


@pytest.fixture
def charts(forest: Chart) -> tuple[Chart, ...]:
    dots = DotsPanel(
        "cat10", ("none", CHINESE), ("head", "medium", "tail"), ((0.9, 0.8), (0.5, math.nan), (0.1, 0.3)), "recall"
    )
    curve = Series("none", (1.0, 2.0, 3.0), (0.9, 0.5, 0.2), style=0)
    other = Series(HOSTILE, (1.0, 2.0, 3.0), (0.8, math.nan, 0.3), style=1)
    lines = LinesPanel("cat10", (curve, other), "rank", "AP", bands=(("head", 0.5, 1.5), ("tail", 1.5, 3.5)))
    pr = LinesPanel(
        "ctr", (curve, other), "recall", "precision", level=0.1, diagonal=True, x_log=True, y_log=True, markers=False
    )
    spots = (Spot("none", 0.5, 0.3, 0, True), Spot(HOSTILE, 2.0, 0.4, 1, True), Spot("smote", 3.0, 0.2, 0))
    scatter = ScatterPanel("ctr", spots, ("mlp", "gbdt"), "seconds", "AP")
    stacks = StacksPanel("mlp", ("none", CHINESE), ("encode", "fit"), ((0.1, 0.1), (1.0, 5.0)), "seconds")
    panels = {"dots": dots, "lines": lines, "curves": pr, "scatter": scatter, "stacks": stacks}
    drawn = tuple(Chart(key, key, (panel,), sample_table(f"{key}-table")) for key, panel in panels.items())
    return (forest, *drawn)


@pytest.fixture
def report(charts: tuple[Chart, ...]) -> Report:
    judged = ReportTable(
        "matrix",
        "Verdicts",
        (TableColumn("Strategy"), TableColumn("cat10", numeric=True)),
        (
            TableRow(
                (
                    TextCell("smote", href="#cells", hint=HOSTILE),
                    VerdictCell("better", IntervalCell(0.02, 0.01, 0.03, 3, "signed")),
                )
            ),
        ),
    )
    tallies = (
        TallyCell("better", 1, (("smote", IntervalCell(0.02, 0.01, 0.03, 3, "signed"), HOSTILE),)),
        TallyCell("undecided", 2, rest=(HOSTILE, CHINESE)),
        TallyCell("worse", 0),
    )
    standing = ReportTable(
        "verdicts",
        "Who stands where",
        (TableColumn("Learner"), TableColumn("Better"), TableColumn("Undecided"), TableColumn("Worse")),
        (TableRow((TextCell("mlp"), *tallies), scope=Scope("mlp", "generated")),),
    )
    ledger = sample_table("cells-all", ("none", "smote", HOSTILE, CHINESE))
    sections = (
        Section("verdict", "Verdict", "who wins", (standing, judged)),
        Section("charts", "Charts", "pictures", charts),
        Section(
            "cells",
            "Cells",
            "all",
            (BlockGroup("folded", (ledger, Notice("mind")), Scope("gbdt", "real"), folded=True),),
        ),
        Section(
            "how", "How", "words", (Paragraph(HOSTILE), Code(f"echo {HOSTILE}"), Glossary("words", (("ap", CHINESE),)))
        ),
    )
    return Report(
        title=f"quick {HOSTILE}",
        subtitle=CHINESE,
        facts=(("5", "datasets"),),
        headlines=(Headline("Generated", "Use smote.", "better"), Headline("Real", "Undecided.", "undecided")),
        sections=sections,
        learners=("gbdt", "mlp"),
        kinds=("generated", "real"),
        notices=("careful",),
        footer="made by longtail",
    )


@pytest.fixture
def changed(report: Report) -> Report:
    return replace(report, subtitle="another")
