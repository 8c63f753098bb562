"""Shows how far a run is: a live bar on a terminal, plain lines on a pipe."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from longtail.bench.durations import duration
from longtail.bench.records import STATUSES, Status
from longtail.bench.runs import Planned

EVERY = 15.0
"""seconds between two plain lines, at least, while nothing goes wrong"""
BAD = ("failed", "timeout", "out_of_memory")


class Board:
    """Counts by status, and the time that is left: estimates, corrected by how long the cells so far took."""

    def __init__(self, todo: Sequence[Planned], jobs: int) -> None:
        self.jobs = jobs
        self.total = len(todo)
        self.counts: Counter[Status] = Counter()
        self.left = sum(planned.seconds for planned in todo)
        self.expected = self.taken = 0.0
        self.longest = max((planned.seconds for planned in todo), default=0.0)

    def ended(self, planned: Planned, status: Status, seconds: float) -> None:
        self.counts[status] += 1
        self.left = max(0.0, self.left - planned.seconds)
        self.expected += planned.seconds
        self.taken += seconds

    @property
    def done(self) -> int:
        return self.counts.total()

    @property
    def seconds_left(self) -> float:
        """Wall seconds; estimates count as ten seconds' worth of evidence against what was seen."""
        factor = (self.taken + 10) / (self.expected + 10)
        return self.left * factor / self.jobs

    @property
    def line(self) -> str:
        parts = [f"{self.counts[status]} {status.replace('_', ' ')}" for status in STATUSES if self.counts[status]]
        return ", ".join(parts) or "starting"


class RunLines:
    """For a pipe: one line a cell that goes wrong, else one every few seconds."""

    def __init__(self, todo: Sequence[Planned], jobs: int, console: Console) -> None:
        self.board, self.console = Board(todo, jobs), console
        self.said = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._say()

    def began(self, planned: Planned) -> None:
        """Nothing is said of a start."""

    def ended(self, planned: Planned, status: Status, reason: str, seconds: float) -> None:
        self.board.ended(planned, status, seconds)
        if status in BAD:
            self.console.print(f"{status.replace('_', ' ')}: {title(planned)}: {reason}", markup=False, highlight=False)
        if time.monotonic() - self.said > EVERY:
            self._say()

    def tick(self) -> None:
        """Lines need no refresh."""

    def _say(self) -> None:
        self.said = time.monotonic()
        board = self.board
        left = f", about {duration(board.seconds_left)} left" if board.done < board.total else ""
        self.console.print(f"{board.done} of {board.total} cells: {board.line}{left}", markup=False, highlight=False)


class RunBar:
    """For a terminal."""

    def __init__(self, todo: Sequence[Planned], jobs: int, console: Console) -> None:
        self.board, self.running = Board(todo, jobs), dict[str, str]()
        self.bar = Progress(
            BarColumn(bar_width=30),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[counts]}"),
            TextColumn("{task.fields[left]}"),
            TextColumn("[dim]{task.fields[now]}"),
            console=console,
            transient=True,
            auto_refresh=False,  # no thread beside this one
        )
        self.task: TaskID = self.bar.add_task("", total=len(todo), counts="starting", left="", now="")
        self.drawn = 0.0

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()
        self.bar.console.print(f"{self.board.done} of {self.board.total} cells: {self.board.line}", highlight=False)

    def began(self, planned: Planned) -> None:
        self.running[planned.cell.id] = title(planned)

    def ended(self, planned: Planned, status: Status, reason: str, seconds: float) -> None:
        self.running.pop(planned.cell.id, None)
        self.board.ended(planned, status, seconds)
        if status in BAD:
            self.bar.console.print(
                f"{status.replace('_', ' ')}: {title(planned)}: {reason}", markup=False, highlight=False
            )

    def tick(self) -> None:
        if time.monotonic() - self.drawn < 0.2:
            return
        self.drawn = time.monotonic()
        board = self.board
        self.bar.update(
            self.task,
            completed=board.done,
            counts=board.line,
            left=f"{duration(board.seconds_left)} left",
            now=escape("; ".join(self.running.values())),
        )
        self.bar.refresh()


def progress_of(todo: Sequence[Planned], jobs: int, console: Console) -> RunBar | RunLines:
    """A bar where there is a terminal."""
    return RunBar(todo, jobs, console) if console.is_terminal else RunLines(todo, jobs, console)


def title(planned: Planned) -> str:
    """A cell in a line."""
    cell = planned.cell
    return f"{cell.dataset} / {cell.strategy} / {cell.learner} / seed {cell.seed}"
