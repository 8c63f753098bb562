"""Comparison as plain text, Markdown or JSON values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.statistics.comparison import COLUMNS, Comparison

SHOWN = ("regressed", "lost", "improved", "gained", "undecided")
"""changes that are listed row by row; the others are only counted"""
HEADER = (
    "change",
    "dataset",
    "learner",
    "strategy",
    "metric",
    "base",
    "new",
    "difference",
    "95 % interval",
    "ROPE",
    "note",
)
SLOWER = 1.5
"""ratio of times from which a pair is mentioned; alone it is not a regression"""


def sentence(comparison: Comparison) -> str:
    """Return the result in words: regression or not, and the number of rows per change."""
    counts = comparison.counts
    told = ", ".join(f"{number} {change}" for change, number in counts.items())
    word = "regression" if comparison.regressed else "no regression"
    return f"{word}: {told} ({comparison.paired} cells paired by seed)"


def remarks(comparison: Comparison) -> list[str]:
    """Return sentences on cells not compared, chance regressions and slower pairs."""
    found = []
    if comparison.only_base:
        found.append(f"{comparison.only_base} cells are only in the base run and were not compared")
    if comparison.only_new:
        found.append(f"{comparison.only_new} cells are only in the new run and were not compared")
    tested = int(comparison.rows["change"].isin(["regressed", "improved", "same", "undecided"]).sum())
    if tested > 20:
        found.append(
            f"{tested} differences were tested at 95 %: up to {math.ceil(tested * 0.025)} of them would come out as "
            "regressed by chance"
        )
    slower = comparison.slower(SLOWER)
    if len(slower):
        worst = slower.sort_values("ratio", ascending=False).iloc[0]
        found.append(
            f"{len(slower)} pairs take at least {SLOWER} times as long; most of all {worst['strategy']} with "
            f"{worst['learner']} on {worst['dataset']}: {worst['base_seconds']:.1f} s, now {worst['new_seconds']:.1f} s"
        )
    return found


def as_text(comparison: Comparison) -> str:
    """Return the text for a terminal: the sentence, the changed rows in columns, the remarks."""
    table = _table(comparison.rows)
    widths = [max(len(row[column]) for row in [HEADER, *table]) for column in range(len(HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [HEADER, *table]
    ]
    return "\n".join([_title(comparison), sentence(comparison), *(lines if table else []), *remarks(comparison)])


def as_markdown(comparison: Comparison) -> str:
    """Return the Markdown for a pull request: the sentence, the changed rows, the remarks."""
    rows = [HEADER, ("---",) * len(HEADER), *_table(comparison.rows)]
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    body = ["", *lines, ""] if len(rows) > 2 else [""]
    marks = [f"- {remark}" for remark in remarks(comparison)]
    return "\n".join([f"### {_title(comparison)}", "", f"**{sentence(comparison)}**", *body, *marks]).rstrip() + "\n"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return all rows and costs, as JSON values."""
    base, new = comparison.base, comparison.new
    return {
        "base": {"run": base.name, "started": base.started, "commit": base.commit},
        "new": {"run": new.name, "started": new.started, "commit": new.commit},
        "regressed": comparison.regressed,
        "counts": comparison.counts,
        "paired": comparison.paired,
        "only_base": comparison.only_base,
        "only_new": comparison.only_new,
        "rows": _plain(comparison.rows[list(COLUMNS)]),
        "costs": _plain(comparison.costs),
        "remarks": remarks(comparison),
    }


def _title(comparison: Comparison) -> str:
    return f"{comparison.new.name} against {comparison.base.name}"


def _table(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    shown = rows[rows["change"].isin(SHOWN)]
    return [_line(row) for row in shown.to_dict("records")]


def _line(row: dict[Any, Any]) -> tuple[str, ...]:
    span = f"{_signed(row['low'])} to {_signed(row['high'])}" if math.isfinite(row["low"]) else ""
    label = METRICS[row["metric"]].label if row["metric"] in METRICS else str(row["metric"])
    device = "" if row["device"] == "cpu" else f" ({row['device']})"
    texts = (row["change"], row["dataset"], f"{row['learner']}{device}", row["strategy"], label)
    numbers = (_number(row["base"]), _number(row["new"]), _signed(row["difference"]), span, _number(row["rope"]))
    return (*map(str, texts), *numbers, str(row["note"]))


def _number(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else ""


def _signed(value: float) -> str:
    return f"{value:+.4f}" if math.isfinite(value) else ""


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
