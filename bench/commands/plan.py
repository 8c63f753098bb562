"""`longtail plan`: cells of a suite, those that can't be fitted and why, and the expected cost."""

from __future__ import annotations

from pathlib import Path

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.options import Asked, takes_suite


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[0])(plan)


@takes_suite
def plan(asked: Asked, runs: options.Runs = Path("runs"), as_json: options.Json = False) -> None:
    """Show the cells of a suite, core-seconds and disk space, without fitting any."""
    wanted = asked.suite_wanted()
    from longtail.bench.planning import listing as planning

    shown = planning.of(wanted, runs)
    if as_json:
        options.say_json(shown.documents())
        return
    for line in shown.lines():
        typer.echo(line)
