"""`longtail run`: fit what is missing of a suite, evaluate it, write the report."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from longtail.bench.commands import options
from longtail.bench.commands.options import Asked
from longtail.bench.errors import ConfigurationError


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command()(run)


def run(
    suite: options.SuiteName = "quick",
    datasets: options.Datasets = None,
    strategies: options.Strategies = None,
    learners: options.Learners = None,
    seeds: options.Seeds = None,
    time_limit: options.TimeLimit = None,
    memory_limit: options.MemoryLimit = None,
    budget: options.Budget = None,
    rows: options.Rows = None,
    device: options.Device = None,
    jobs: options.Jobs = None,
    data: options.Data = None,
    target: options.Target = None,
    time: options.Time = None,
    group: options.Group = None,
    strategy: options.StrategyFile = None,
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
    files = tuple(strategy or ())
    asked = Asked(
        suite,
        datasets,
        strategies,
        learners,
        seeds,
        time_limit,
        memory_limit,
        budget,
        rows,
        device,
        jobs,
        data,
        target,
        time,
        group,
        files,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    wanted = asked.suite_wanted()
    from longtail.bench.execution.runner import Request, execute

    request = Request(wanted, runs, cache, tuple(str(path.resolve()) for path in files), mlflow)
    raise typer.Exit(execute(request, options.MESSAGES))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
