"""Contract of an engine, which runs the cells of a plan and keeps a record of each; one file in `engines/` each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from longtail.bench.records import Status
from longtail.bench.runs import Planned, Run


class Watch(Protocol):
    """Listener to the progress of a run."""

    def began(self, planned: Planned) -> None: ...

    def ended(self, planned: Planned, status: Status, reason: str, seconds: float) -> None: ...

    def tick(self) -> None: ...


class Engine(Protocol):
    """Runs cells, each under the limits of the run's suite, and writes a record of each to the run's store.

    It ends with no process left, whatever happens, and keeps what is finished. `deadline` is a time of the monotonic
    clock after which no cell may run.
    """

    name: ClassVar[str]
    busy: float
    """seconds that cells and preparations took, summed over slots"""

    def __init__(
        self,
        run: Run,
        jobs: int,
        watch: Watch,
        strategy_files: tuple[str, ...] = (),
        deadline: float | None = None,
    ) -> None:
        """Get ready to run at most `jobs` cells at a time."""

    def execute(self, todo: Sequence[Planned]) -> bool:
        """Fit these cells; return False if the deadline came first. Raises LongtailError where nothing can run."""
