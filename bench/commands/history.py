"""`longtail history`: runs over time, with their primary metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS

WIDTH = 34


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command("history", rich_help_panel=PANELS[1])(history)


def history(
    dataset: Annotated[str | None, typer.Option(help="Only this dataset.", metavar="NAME")] = None,
    learner: Annotated[str | None, typer.Option(help="Only this learner.", metavar="NAME")] = None,
    strategy: Annotated[
        str | None, typer.Option(help="Strategy to show instead of the baseline.", metavar="NAME")
    ] = None,
    as_json: options.Json = False,
    runs: options.Runs = Path("runs"),
) -> None:
    """List the runs, the oldest first, with the mean primary metrics of the baseline or of one strategy."""
    from longtail.bench.statistics import histories

    entries = histories.history(runs, histories.Filter(dataset, learner, strategy))
    if as_json:
        options.say_json(entries)
        return
    if not entries:
        options.say(f"there is no run in {runs}; `longtail run quick` makes one")
        return
    typer.echo(_line("run", "started", "state", "done", "strategy", "pairs", "ap", "f1", "commit"))
    for entry in entries:
        typer.echo(_row(entry))


def _row(entry: dict[str, Any]) -> str:
    metrics = {name: "" if value is None else f"{value:.4f}" for name, value in entry["metrics"].items()}
    started, commit = str(entry["started"] or "")[:16].replace("T", " "), str(entry["commit"] or "")[:10]
    done = f"{entry['done']}/{entry['cells']}"
    named, pairs = str(entry["strategy"] or ""), str(entry["pairs"])
    line = _line(entry["run"], started, str(entry["status"]), done, named, pairs, metrics["ap"], metrics["f1"], commit)
    return f"{line}  {entry['note']}".rstrip()


def _line(
    run: str, started: str, state: str, done: str, strategy: str, pairs: str, ap: str, f1: str, commit: str
) -> str:
    texts = (run.ljust(WIDTH), started.ljust(16), state.ljust(11), done.rjust(9), strategy.ljust(20), pairs.rjust(5))
    return "  ".join((*texts, ap.rjust(6), f1.rjust(6), commit)).rstrip()
