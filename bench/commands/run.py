"""`longtail run`: fits of the missing cells of a suite, their evaluation and the report."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.options import Asked, takes_suite


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[0])(run)


@takes_suite
def run(
    asked: Asked,
    cache: Annotated[
        Literal["only-missing", "retry-failed", "accept-stale", "never", "only-cache"],
        typer.Option(help="Records to use instead of fitting again."),
    ] = "only-missing",
    executor: Annotated[str, typer.Option(help="Executor that runs the cells.", metavar="NAME")] = "local",
    mlflow: Annotated[bool, typer.Option("--mlflow/--no-mlflow", help="Publish in MLflow during the run.")] = True,
    runs: options.Runs = Path("runs"),
) -> None:
    """Fit the missing cells of a suite, evaluate them and write the report.

    After a stop, the same command continues the run. Exit code 2: some cells failed; 130: interrupted.
    """
    from longtail.bench.execution.engines import engine_named

    engine_named(executor)  # an unknown one is refused before anything is read
    signal.signal(signal.SIGTERM, _interrupt)
    wanted = asked.suite_wanted()
    from longtail.bench.execution.runner import RunRequest, execute

    files = tuple(str(path.resolve()) for path in asked.strategy_files)
    request = RunRequest(wanted, runs, cache, files, mlflow, executor)
    raise typer.Exit(execute(request, options.MESSAGES))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
