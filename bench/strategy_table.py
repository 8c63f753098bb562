"""Table of strategies as Markdown, and its place in a document; it is made from the code, so that it stays current."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from longtail.bench.errors import ConfigurationError

FIRST = "<!-- strategies: made by `make strategies` -->"
LAST = "<!-- /strategies -->"
HEAD = ("| strategy | family | acts through | learners | paper |", "|---|---|---|---|---|")


def markdown(rows: Iterable[Mapping[str, Any]], learners: Iterable[str]) -> str:
    """Return the table of rows from `longtail list strategies`, by family; `learners` are the names of all learners."""
    every = sorted(learners)
    ordered = sorted(rows, key=lambda row: (row["family"] != "controls", row["family"], row["name"]))
    return "\n".join([*HEAD, *(_line(row, every) for row in ordered)])


def _line(row: Mapping[str, Any], every: list[str]) -> str:
    learners = "any" if sorted(row["learners"]) == every else ", ".join(row["learners"])
    cells = (
        f"`{row['name']}`",
        row["family"].replace("_", " "),
        ", ".join(row["hooks"]) or "nothing",
        learners,
        row["paper"],
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def placed(document: Path, table: str) -> str:
    """Return the document's text with the table between its two marks.

    Raises ConfigurationError where the document can't be read or lacks the marks.
    """
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{document} can't be read: {error.strerror or error}") from error
    before, first, rest = text.partition(FIRST)
    _, last, after = rest.partition(LAST)
    if not (first and last):
        raise ConfigurationError(f"{document} has no place for the table: it must have the lines {FIRST} and {LAST}")
    return f"{before}{FIRST}\n\n{table}\n\n{LAST}{after}"


def write(document: Path, table: str) -> None:
    """Write the table to its place in the document. Raises ConfigurationError where that fails."""
    text = placed(document, table)
    try:
        document.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{document} can't be written: {error.strerror or error}") from error


def check(document: Path, table: str) -> None:
    """Raise ConfigurationError where the document's table differs from the one made from the code."""
    if placed(document, table) != document.read_text(encoding="utf-8"):
        raise ConfigurationError(f"the table of strategies in {document} differs from the code: run `make strategies`")
