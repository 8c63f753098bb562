"""`longtail baseline`: the run with which others are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS


def register(app: typer.Typer) -> None:
    """Add the commands to longtail's."""
    group = typer.Typer(help="Set, show or export the run with which others are compared.", no_args_is_help=True)
    group.command("set")(set_)
    group.command("show")(show)
    group.command("export")(export)
    app.add_typer(group, name="baseline", rich_help_panel=PANELS[1])


def set_(run: options.RunName = "latest", runs: options.Runs = Path("runs")) -> None:
    """Make a run the baseline, with which `longtail compare baseline` compares."""
    from longtail.bench.runs import Run
    from longtail.bench.statistics import baselines

    opened = Run.open(runs, run)
    baselines.set_baseline(runs, opened)
    options.say(f"{opened.name} is the baseline of {runs}")


def show(as_json: options.Json = False, runs: options.Runs = Path("runs")) -> None:
    """Show which run is the baseline."""
    from longtail.bench.statistics import baselines

    found = baselines.baseline_run(runs)
    state = found.state
    values = {"run": found.name} | {name: state.get(name) for name in ("suite", "started", "status", "commit")}
    if as_json:
        options.say_json(values)
    else:
        typer.echo("\n".join(f"{name:<8} {value}" for name, value in values.items()))


def export(
    file: Annotated[Path, typer.Argument(help="File to write, such as baseline.json; it can be committed.")],
    run: Annotated[str, typer.Option("--run", help="Run to export; 'baseline' is the one that was set.")] = "baseline",
    runs: options.Runs = Path("runs"),
) -> None:
    """Write a run's primary metrics to a small file, which `longtail compare FILE` takes in place of a run."""
    from longtail.bench.statistics import baselines

    snapshot = baselines.snapshot_named(runs, run)
    baselines.export(snapshot, file)
    options.say(f"{file}: {len(snapshot.cells)} rows of {snapshot.name}, {file.stat().st_size / 1000:.0f} kB")
