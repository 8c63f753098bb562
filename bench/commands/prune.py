"""`longtail prune`: removal of records and labels that no run needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import StoreError
from longtail.bench.execution.lock import locked
from longtail.bench.runs import Run
from longtail.bench.store import Store


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[3])(prune)


def prune(
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; without it, only list them.")] = False,
    runs: options.Runs = Path("runs"),
) -> None:
    """Remove records that no run refers to (of old code or deleted runs), and labels that no record needs."""
    if not runs.is_dir():
        typer.echo(f"there is no folder {runs}, nothing to remove")
        return
    with locked(runs):
        found = list(unneeded(Store(runs), Run.all(runs)))
        size = sum(file.stat().st_size for folder in found for file in folder.rglob("*") if file.is_file())
        for folder in found:
            typer.echo(folder)
            if yes:
                shutil.rmtree(folder)
    said = "removed" if yes else "would be removed; --yes does it"
    typer.echo(f"{len(found)} folders, {size / 2**20:,.1f} MiB, {said}")


def unneeded(store: Store, runs: list[Run]) -> Iterator[Path]:
    """Yield the folders of records and labels that no run refers to, and of corrupt records that were moved aside."""
    planned = {(row.cell.id, row.fingerprint) for run in runs for row in run.planned}
    stale = {row.cell.id for run in runs if run.state.get("cache") == "accept-stale" for row in run.planned}
    truths: set[str] = set()
    for cell in store.cells():
        for folder in sorted((store.root / "cells" / cell).iterdir()):
            if (cell, folder.name) not in planned and cell not in stale:
                yield folder
                continue
            try:
                record = store.record(cell, folder.name)
            except StoreError:
                continue  # `run` moves it aside and reports it
            if record is not None:
                truths.add(record.truth)
    for part, needed in (("truth", truths), ("corrupt", set[str]())):
        yield from (folder for folder in sorted((store.root / part).glob("*")) if folder.name not in needed)
