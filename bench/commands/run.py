"""`longtail run`: fit what is missing of a suite, evaluate it, write the report."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError
from longtail.bench.options import Asked, takes_suite


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[0])(run)


@takes_suite
def run(
    asked: Asked,
    cache: Annotated[
        Literal["only-missing", "retry-failed", "accept-stale", "never", "only-cache"],
        typer.Option(help="Which records to take instead of fitting."),
    ] = "only-missing",
    executor: Annotated[str, typer.Option(help="local; others are not there yet.", metavar="NAME")] = "local",
    mlflow: Annotated[bool, typer.Option("--mlflow/--no-mlflow", help="Publish in MLflow beside the run.")] = True,
    runs: options.Runs = Path("runs"),
) -> None:
    """Fit what is missing of a suite, evaluate it and write the report.

    The same command goes on where a run was stopped. Exit code 2: some cells failed; 130: interrupted.
    """
    if executor != "local":
        raise ConfigurationError(f"no executor is called {executor!r}; there is local")
    signal.signal(signal.SIGTERM, _interrupt)
    wanted = asked.suite_wanted()
    from longtail.bench.execution.runner import RunRequest, execute

    request = RunRequest(wanted, runs, cache, tuple(str(path.resolve()) for path in asked.strategy_files), mlflow)
    raise typer.Exit(execute(request, options.MESSAGES))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
