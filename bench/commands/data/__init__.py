"""`longtail data`: what a dataset holds."""

from __future__ import annotations

import typer

from longtail.bench.commands import PANELS
from longtail.bench.commands.data.add import add
from longtail.bench.commands.data.describe import describe
from longtail.bench.commands.data.fetch import fetch
from longtail.bench.commands.data.generate import generate


def register(app: typer.Typer) -> None:
    """Add the commands to longtail's."""
    group = typer.Typer(help="Look at datasets.", no_args_is_help=True)
    group.callback()(_data)
    group.command("describe")(describe)
    group.command("generate")(generate)
    group.command("fetch")(fetch)
    group.command("add")(add)
    app.add_typer(group, name="data", rich_help_panel=PANELS[2])


def _data() -> None:
    """Look at datasets."""
