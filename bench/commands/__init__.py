"""Commands of longtail, one file or folder each; its function `register` adds it to the app."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import typer

PANELS = ("Run a suite", "Look at results", "Strategies and data", "Keep order")
"""headings of the help, in order; the file of a command selects one"""


def register_all(app: typer.Typer) -> None:
    """Add every command in this folder, ordered by panel and then by name.

    Raises TypeError where a file registers no command, or two commands have the same name.
    """
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        before = len(_names(app))
        register = getattr(importlib.import_module(module.name), "register", None)
        if register is None:
            raise TypeError(f"{module.name} is not a command: it needs a function register(app)")
        register(app)
        if len(_names(app)) == before:
            raise TypeError(f"{module.name} is not a command: its register(app) adds no command to the app")
    if twice := [name for name, times in Counter(_names(app)).items() if times > 1]:
        raise TypeError(f"two commands are called {', '.join(twice)}; each needs a name of its own")
    app.registered_commands.sort(key=lambda command: PANELS.index(str(command.rich_help_panel)))
    app.registered_groups.sort(key=lambda group: PANELS.index(str(group.rich_help_panel)))


def _names(app: typer.Typer) -> list[str]:
    named = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    return named + [str(group.name) for group in app.registered_groups]
