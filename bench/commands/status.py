"""`longtail status`: progress of a run, and reasons of cells that did not finish."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.records import STATUSES, Record
from longtail.bench.runs import Planned, Run


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[0])(status)


def status(run: options.RunName = "latest", runs: options.Runs = Path("runs"), as_json: options.Json = False) -> None:
    """Show counts by status, and each cell that did not finish with its reason."""
    opened = Run.open(runs, run)
    found = opened.records()
    state = opened.state
    counts = Counter(record.status for _, record in found)
    if as_json:
        document = {
            name: state.get(name) for name in ("suite", "started", "finished", "status", "command", "note", "seconds")
        }
        rows = [_row(planned, record, opened) for planned, record in found]
        options.say_json({"run": opened.name, **document, "counts": counts, "cells": rows})
        return
    typer.echo(f"{opened.name}: {state['status']}, {len(found)} cells")
    for name in STATUSES:
        if counts[name]:
            typer.echo(f"  {counts[name]:5d} {name.replace('_', ' ')}")
    for line in _lines(found, opened):
        typer.echo(line)
    if state["status"] != "finished":
        typer.echo(f"to continue, run the same command: {state.get('command', '')}")


def _lines(found: list[tuple[Planned, Record]], run: Run) -> list[str]:
    """Return one line per failed cell, and one per reason for cells that are not applicable or have not run."""
    lines, counted = [], Counter[str]()
    for planned, record in found:
        cell = planned.cell
        if record.status in ("failed", "timeout", "out_of_memory"):
            log = run.store.path(record.cell, record.fingerprint) / "log.txt"
            shown = f" ({log})" if log.is_file() else ""
            title = f"{cell.dataset} / {cell.strategy} / {cell.learner} / seed {cell.seed}"
            lines.append(f"{record.status.replace('_', ' ')}: {title}: {record.reason}{shown}")
        elif record.status != "done":
            counted[f"{record.status.replace('_', ' ')}: {record.reason}"] += 1
    return [*lines, *(f"{text} ({count} cells)" for text, count in counted.items())]


def _row(planned: Planned, record: Record, run: Run) -> dict[str, Any]:
    cell = planned.cell
    return {
        "cell": cell.id,
        "dataset": cell.dataset,
        "strategy": cell.strategy,
        "learner": cell.learner,
        "seed": cell.seed,
        "status": record.status,
        "reason": record.reason,
        "stale": record.fingerprint != planned.fingerprint,
        "seconds": record.costs.get("seconds_total"),
        "folder": str(run.store.path(record.cell, record.fingerprint)),
    }
