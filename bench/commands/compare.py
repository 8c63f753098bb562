"""`longtail compare`: changes for worse or better between two runs."""

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
    base: Annotated[str, typer.Argument(help="Run, suite, 'latest', 'baseline', or file of an exported baseline.")],
    new: Annotated[str, typer.Argument(help="Run to compare with BASE, named in the same ways.")] = "latest",
    as_json: options.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")] = False,
    slower: Annotated[
        float | None,
        typer.Option("--fail-if-slower", help="Also fail if a pair takes this many times as long.", min=1),
    ] = None,
    runs: options.Runs = Path("runs"),
) -> None:
    """Compare two runs, paired by dataset, strategy, learner, seed and device.

    Exit code 3: a primary metric regressed or a cell was lost; 4: there is nothing to compare.
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
