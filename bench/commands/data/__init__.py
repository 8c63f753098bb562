"""`longtail data`: describe, generate, fetch and add datasets."""

from __future__ import annotations

import typer

from longtail.bench.commands import PANELS
from longtail.bench.commands.data import add, describe, fetch, generate


def register(app: typer.Typer) -> None:
    """Add the commands to longtail's."""
    group = typer.Typer(help="Describe, generate, fetch and add datasets.", no_args_is_help=True)
    group.callback()(_data)
    group.command("describe")(describe.describe)
    group.command("generate")(generate.generate)
    group.command("fetch")(fetch.fetch)
    group.command("add")(add.add)
    app.add_typer(group, name="data", rich_help_panel=PANELS[2])


def _data() -> None:
    """Describe, generate, fetch and add datasets."""
