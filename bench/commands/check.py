"""`longtail check`: check of your own strategy file against the contract."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[2])(check)


def check(
    file: Annotated[Path, typer.Argument(help="File with your own strategies; it is executed.")],
    learner: Annotated[
        str | None, typer.Option(help="Learner to fit with; by default the strategy's usual one.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run a strategy file and check its strategies on rows of many shapes. Exit code 1: a promise is broken."""
    from longtail.bench.contracts.checking import checked
    from longtail.bench.registry import add_strategy_file, known_strategies

    try:
        names = add_strategy_file(file)
    except (SyntaxError, ImportError, NameError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{file} can't be run: {type(error).__name__}: {error}") from error
    found = {name: checked(known_strategies()[name], learner or "") for name in names}
    if as_json:
        options.say_json({name: [asdict(one) for one in findings] for name, findings in found.items()})
    else:
        for name, findings in found.items():
            typer.echo(name)
            for one in findings:
                typer.echo(f"  {'ok ' if one.kept else 'NO '} {one.promise}{': ' + one.seen if one.seen else ''}")
    if not all(one.kept for findings in found.values() for one in findings):
        raise typer.Exit(1)
