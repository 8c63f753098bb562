"""`longtail data`: its commands, one file each with a function of the file's name."""

from __future__ import annotations

import importlib
import pkgutil

import typer

from longtail.bench.commands import PANELS


def register(app: typer.Typer) -> None:
    """Add the commands to longtail's; TypeError where a file of this folder is not one."""
    group = typer.Typer(help="Describe, generate, fetch and add datasets.", no_args_is_help=True)
    group.callback()(_data)
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        name = module.name.rpartition(".")[2]
        command = getattr(importlib.import_module(module.name), name, None)
        if command is None:
            raise TypeError(f"{module.name} is not a command: it needs a function {name}")
        group.command(name)(command)
    app.add_typer(group, name="data", rich_help_panel=PANELS[2])


def _data() -> None:
    """Describe, generate, fetch and add datasets."""
