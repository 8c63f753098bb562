"""`longtail data fetch`: download of a public dataset to this machine."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from longtail.bench import options
from longtail.bench.commands.data.add import origin_of

EVERY = 5.0
"""seconds between two progress lines where output is not a terminal"""


def fetch(
    names: Annotated[list[str], typer.Argument(help="Datasets, as `longtail list datasets` names them.")],
) -> None:
    """Download the files of public datasets into the cache; an interrupted download continues. SHA-256 is verified."""
    for name in names:
        origin = origin_of(name)
        if origin is None:
            typer.echo(f"{name}: nothing to fetch, it comes with longtail or a package that it needs")
            continue
        bar = _bar() if options.MESSAGES.is_terminal else None
        with bar or nullcontext():
            told = origin.fetch(DownloadProgress(name, bar))
        typer.echo(told)


class DownloadProgress:
    """Progress of a download: a bar on a terminal, else a line every few seconds."""

    def __init__(self, name: str, bar: Progress | None) -> None:
        self.name, self.bar = name, bar
        self.task = None if bar is None else bar.add_task(name, total=None)
        self.told = time.monotonic()

    def __call__(self, done: int, total: int | None, /) -> None:
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, completed=done, total=total)
        elif time.monotonic() - self.told > EVERY:
            self.told = time.monotonic()
            of = "" if total is None else f" of {total / 2**20:,.1f}"
            options.say(f"{self.name}: {done / 2**20:,.1f}{of} MiB")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=options.MESSAGES)
