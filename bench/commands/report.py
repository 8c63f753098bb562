"""`longtail report`: a run's report, written again."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from longtail.bench.commands import PANELS
from longtail.bench.options import RunName, Runs
from longtail.bench.runs import Run


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command("report", rich_help_panel=PANELS[1])(report)


def report(
    run: RunName = "latest",
    show: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    runs: Runs = Path("runs"),
) -> None:
    """Write the report of a run from its records; no cell is fitted."""
    opened = Run.open(runs, run)
    from longtail.bench.summary.report import write_report

    path = write_report(opened)
    typer.echo(str(path))
    if show and not webbrowser.open(path.resolve().as_uri()):
        typer.echo("no browser could be opened; open the file above yourself", err=True)
