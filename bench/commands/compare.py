"""`longtail compare`: what became worse or better between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command("compare", rich_help_panel=PANELS[1])(compare)


def compare(
    base: Annotated[str, typer.Argument(help="A run, a suite, 'latest', 'baseline', or an exported baseline's file.")],
    new: Annotated[str, typer.Argument(help="As BASE.")] = "latest",
    as_json: options.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, for a pull request.")] = False,
    slower: Annotated[
        float | None,
        typer.Option("--fail-if-slower", help="A pair that takes so many times as long counts too.", min=1),
    ] = None,
    runs: options.Runs = Path("runs"),
) -> None:
    """Compare two runs, paired by dataset, strategy, learner, seed and device.

    Exit code 3 where a primary metric regressed or a cell was lost, 4 where there is nothing to compare.
    """
    from longtail.bench.statistics import comparison, comparison_text
    from longtail.bench.statistics.baselines import snapshot_named

    found = comparison.compare(snapshot_named(runs, base), snapshot_named(runs, new))
    if as_json:
        options.say_json(comparison_text.as_json(found))
    else:
        typer.echo((comparison_text.as_markdown if markdown else comparison_text.as_text)(found))
    if code := found.exit_code(slower):
        raise typer.Exit(code)
