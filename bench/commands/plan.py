"""`longtail plan`: what a suite will fit, what can't be and why, and what it will cost."""

from __future__ import annotations

from pathlib import Path

import typer

from longtail.bench.commands import options
from longtail.bench.commands.options import Asked


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command()(plan)


def plan(
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
    runs: options.Runs = Path("runs"),
    as_json: options.Json = False,
) -> None:
    """Show the cells of a suite, core-seconds and disk, without fitting any."""
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
        tuple(strategy or ()),
    )
    wanted = asked.suite_wanted()
    from longtail.bench.planning import listing as planning

    shown = planning.of(wanted, runs)
    if as_json:
        options.say_json(shown.documents())
        return
    for line in shown.lines():
        typer.echo(line)
