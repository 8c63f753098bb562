"""Display of a run's progress: a live bar on a terminal, plain lines on a pipe."""

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
"""least seconds between two plain lines, as long as no cell fails"""
BAD = ("failed", "timeout", "out_of_memory")


class Board:
    """Counts by status, and the time that is left: estimates, corrected by the times of the finished cells."""

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
        """Return the wall seconds left; in the correction, estimates weigh as much as ten seconds of finished cells."""
        factor = (self.taken + 10) / (self.expected + 10)
        return self.left * factor / self.jobs

    @property
    def line(self) -> str:
        parts = [f"{self.counts[status]} {status.replace('_', ' ')}" for status in STATUSES if self.counts[status]]
        return ", ".join(parts) or "starting"


class RunLines:
    """Progress on a pipe: one line per cell that fails, and one every few seconds."""

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
        """Ignore the start of a cell."""

    def ended(self, planned: Planned, status: Status, reason: str, seconds: float) -> None:
        self.board.ended(planned, status, seconds)
        if status in BAD:
            self.console.print(f"{status.replace('_', ' ')}: {title(planned)}: {reason}", markup=False, highlight=False)
        if time.monotonic() - self.said > EVERY:
            self._say()

    def tick(self) -> None:
        """Do nothing: lines need no refresh."""

    def _say(self) -> None:
        self.said = time.monotonic()
        board = self.board
        left = f", about {duration(board.seconds_left)} left" if board.done < board.total else ""
        self.console.print(f"{board.done} of {board.total} cells: {board.line}{left}", markup=False, highlight=False)


class RunBar:
    """Progress on a terminal: a live bar, and one line per cell that fails."""

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
    """Return a bar on a terminal, else lines."""
    return RunBar(todo, jobs, console) if console.is_terminal else RunLines(todo, jobs, console)


def title(planned: Planned) -> str:
    """Return the name of a cell on one line."""
    cell = planned.cell
    return f"{cell.dataset} / {cell.strategy} / {cell.learner} / seed {cell.seed}"
