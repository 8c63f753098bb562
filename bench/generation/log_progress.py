"""Display of the progress of a log: a live bar on a terminal, plain lines on a pipe."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from longtail.bench.durations import duration

EVERY = 10.0
"""least seconds between two plain lines"""


class LogLines:
    """Progress on a pipe: a line every few seconds."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.rows = self.there = self.drawn = 0
        self.start = self.said = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing: the last line has been printed."""

    def began(self, rows: int, there: int) -> None:
        self.rows, self.there = rows, there
        self.start = self.said = time.monotonic()
        if there:
            self._print(f"{there:,} of {rows:,} rows are there from before")

    def ended(self, rows: int) -> None:
        self.drawn += rows
        if time.monotonic() - self.said > EVERY:
            self.said = time.monotonic()
            self._print(f"{self.there + self.drawn:,} of {self.rows:,} rows, {self.line}")

    @property
    def line(self) -> str:
        """Return the speed in rows per second and the time that is left."""
        speed = self.drawn / max(time.monotonic() - self.start, 1e-9)
        left = self.rows - self.there - self.drawn
        return f"{speed:,.0f} a second, " + (f"about {duration(left / speed)} left" if speed else "starting")

    def _print(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False)


class LogBar(LogLines):
    """Progress on a terminal: a live bar."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.bar = Progress(
            BarColumn(bar_width=30),
            TextColumn("{task.fields[rows]}"),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            auto_refresh=False,  # processes are forked: no thread beside this one
        )
        self.task = self.bar.add_task("", rows="", left="starting")
        self.bar.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def began(self, rows: int, there: int) -> None:
        super().began(rows, there)
        self._show()

    def ended(self, rows: int) -> None:
        self.drawn += rows
        self._show()

    def _show(self) -> None:
        done = self.there + self.drawn
        self.bar.update(self.task, total=self.rows, completed=done, rows=f"{done:,}/{self.rows:,} rows", left=self.line)
        self.bar.refresh()


def watch_on(console: Console) -> LogBar | LogLines:
    """Return a bar on a terminal, else lines."""
    return LogBar(console) if console.is_terminal else LogLines(console)
