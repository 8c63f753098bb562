"""Local engine: it assigns cells to a number of slots until all are done, time is up, or the user stops it."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from longtail.bench.environment import ONE
from longtail.bench.errors import LongtailError
from longtail.bench.execution.channel import Channel, pair
from longtail.bench.execution.engine import Watch
from longtail.bench.execution.forkserver import ask
from longtail.bench.planning.fingerprint import fingerprint_of
from longtail.bench.provenance import of_run
from longtail.bench.records import Record
from longtail.bench.registry import learner_named, source_named, strategy_named
from longtail.bench.runs import Planned, Run

PREPARING = 1800.0
"""most seconds for loading, splitting and encoding data"""
GRACE = 10.0
"""most seconds for workers to end their cells"""


@dataclass
class BlockQueue:
    """Cells of one block that are still to be fitted, and their worker if there is one."""

    waiting: list[Planned]
    """cells that have not started; the last one is next"""
    rank: int
    """position of its seed among the run's seeds"""
    running: dict[str, Planned] = field(default_factory=dict)
    channel: Channel | None = None
    opened: float = 0.0
    alive: bool = False
    """true once its worker has been forked"""
    ready: bool = False
    """true once its worker has prepared the data"""

    @property
    def seconds(self) -> float:
        return sum(planned.seconds for planned in self.waiting)


@dataclass
class LocalEngine:
    """Execution of a run on this machine. After `deadline`, a time of the monotonic clock, no cell may run."""

    name: ClassVar[str] = "local"

    run: Run
    jobs: int
    watch: Watch
    strategy_files: tuple[str, ...] = ()
    deadline: float | None = None
    batches: list[BlockQueue] = field(default_factory=list)
    busy: float = 0.0
    """seconds that cells and the preparation of data took"""
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def execute(self, todo: Sequence[Planned]) -> bool:
        """Fit these cells, and return whether all were fitted before the deadline.

        It leaves no process behind, however it ends. Raises LongtailError where the worker processes can't run.
        """
        self.batches = batches_of(todo, self.run.suite.baseline, hurried=self.deadline is not None)
        ours, theirs = socket.socketpair()
        with self._log.open("ab") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "longtail.bench.execution.forkserver", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=os.environ | ONE,
            )
        theirs.close()
        try:
            return self._loop(ours, server)
        finally:
            self._end(ours, server)

    def _loop(self, server: socket.socket, process: subprocess.Popen[bytes]) -> bool:
        while any(batch.waiting or batch.running for batch in self.batches):
            if self.deadline is not None and time.monotonic() >= self.deadline:
                return False
            if process.poll() is not None:
                raise LongtailError(f"the worker processes have ended: {_last_line(self._log)} (see {self._log})")
            while (chosen := self._choose()) is not None:
                self._give(chosen, server)
            self._close_done()
            for key, _ in self._selector.select(self._patience()):
                self._hear(key.data)
            self._check_preparing()
            self.watch.tick()
        return True

    def _choose(self) -> BlockQueue | None:
        """Return the block for the next free slot, or None where no slot is free or nothing can start."""
        if sum(len(batch.running) for batch in self.batches) >= self.jobs:
            return None
        opened = [batch for batch in self.batches if batch.channel is not None and batch.waiting]
        if alone := [batch for batch in opened if not batch.running]:
            return alone[0]
        closed = [batch for batch in self.batches if batch.channel is None and batch.waiting]
        helping = [batch for batch in opened if batch.ready]
        if self.deadline is not None and closed:
            # the first seed of all strategies comes before the second seed
            earlier = [batch for batch in opened if batch.rank < closed[0].rank]
            if earlier:
                return next((batch for batch in earlier if batch.ready), None)
        if closed:
            return closed[0]
        return max(helping, key=lambda batch: batch.seconds, default=None)

    def _give(self, batch: BlockQueue, server: socket.socket) -> None:
        planned = batch.waiting.pop()
        batch.running[planned.cell.id] = planned
        if batch.channel is None:
            batch.channel, theirs = pair()
            batch.opened = time.monotonic()
            self._selector.register(batch.channel, selectors.EVENT_READ, batch)
            try:
                ask(server, self._request(planned), theirs)
            except OSError:
                batch.channel.closed = True  # `_loop` notices it and raises the error
        batch.channel.send({"start": self._order(planned)})
        self.watch.began(planned)

    def _request(self, planned: Planned) -> dict[str, Any]:
        return {
            "root": str(self.run.store.root.resolve()),
            "dataset": planned.cell.dataset,
            "seed": planned.cell.seed,
            "rows": planned.cell.rows,
            "strategy_files": list(self.strategy_files),
            "exclusive": self.jobs == 1,
            "provenance": of_run() | {"run": self.run.name},
        }

    def _order(self, planned: Planned) -> dict[str, Any]:
        cell, suite = planned.cell, self.run.suite
        return {
            "cell": asdict(cell),
            "fingerprint": planned.fingerprint,
            "modules": modules_of(planned),
            "time_limit": suite.time_limit,
            "memory_limit": suite.memory_bytes,
        }

    def _hear(self, batch: BlockQueue) -> None:
        if batch.channel is None:
            return
        for message in batch.channel.receive():
            if "alive" in message:
                batch.alive = True
            elif "ready" in message:
                batch.ready = True
                self.busy += message["ready"]
            elif planned := batch.running.pop(message["ended"], None):
                self.busy += message["seconds"]
                self.watch.ended(planned, message["status"], message["reason"], message["seconds"])
        if batch.channel.closed and not batch.alive:
            raise LongtailError(f"the worker processes can't be started: {_last_line(self._log)} (see {self._log})")
        if batch.channel.closed:
            self._lost(batch)

    def _lost(self, batch: BlockQueue, why: str = "its worker died, most likely because memory ran out") -> None:
        """Record the cells of a worker that has ended: its running cells, and without data the waiting ones too.

        Where the data could not be prepared, another worker would fail as well.
        """
        self._close(batch)
        gone = list(batch.running.values())
        if not batch.ready:
            gone += batch.waiting
            batch.waiting = []
        batch.running, batch.ready, batch.alive = {}, False, False
        for planned in gone:
            provenance = of_run() | {"stage": "data", "run": self.run.name}
            cell = planned.cell
            self.run.store.write(
                Record(cell.id, cell.identity, planned.fingerprint, "failed", why, provenance=provenance)
            )
            self.watch.ended(planned, "failed", why, 0.0)

    def _check_preparing(self) -> None:
        for batch in self.batches:
            if batch.channel is not None and not batch.ready and time.monotonic() - batch.opened > PREPARING:
                self._lost(batch, f"its data were not ready after {PREPARING:g} s")

    def _patience(self) -> float:
        """Return the seconds to wait for messages."""
        left = 1.0 if self.deadline is None else self.deadline - time.monotonic()
        return max(0.0, min(0.25, left))

    def _close_done(self) -> None:
        for batch in self.batches:
            if not batch.waiting and not batch.running:
                self._close(batch)

    def _close(self, batch: BlockQueue) -> None:
        if batch.channel is not None:
            self._selector.unregister(batch.channel)
            batch.channel.close()
            batch.channel = None

    def _end(self, server: socket.socket, process: subprocess.Popen[bytes]) -> None:
        """Stop every worker, wait until its cells have ended and are recorded, and end the fork server."""
        reason = "the budget of the run was spent" if self._late() else "the run was stopped while it ran"
        opened = [batch for batch in self.batches if batch.channel is not None]
        for batch in opened:
            if batch.channel is not None:
                batch.channel.send({"stop": reason})
        until = time.monotonic() + GRACE
        while (
            time.monotonic() < until
            and any(batch.running and batch.ready for batch in opened)
            and process.poll() is None
        ):
            for key, _ in self._selector.select(0.1):
                self._hear(key.data)
        for batch in opened:
            self._close(batch)
        self._selector.close()
        server.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        if process.poll() is None:
            process.kill()
            process.wait()

    @property
    def _log(self) -> Path:
        return self.run.path / "workers.log"

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline


def batches_of(todo: Iterable[Planned], baseline: str, *, hurried: bool) -> list[BlockQueue]:
    """Return queues of blocks, the longest block and cell first.

    With `hurried`, the first seeds come first, and in a block the baseline and then the shortest cells.
    """
    blocks: dict[tuple[str, int], list[Planned]] = {}
    ranks: dict[int, int] = {}
    for planned in todo:
        blocks.setdefault(planned.cell.block, []).append(planned)
        ranks.setdefault(planned.cell.seed, len(ranks))
    found = []
    for (_, seed), cells in blocks.items():
        if hurried:
            cells.sort(key=lambda planned: (planned.cell.strategy != baseline, planned.seconds), reverse=True)
        else:
            cells.sort(key=lambda planned: planned.seconds)
        found.append(BlockQueue(cells, ranks[seed]))
    return sorted(found, key=lambda batch: (batch.rank if hurried else 0, -batch.seconds))


def modules_of(planned: Planned) -> dict[str, str]:
    """Return the hash of each module whose source defines a cell, for its record."""
    cell = planned.cell
    parts = (strategy_named(cell.strategy), learner_named(cell.learner, cell.settings), source_named(cell.dataset))
    return fingerprint_of(*parts).modules


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "their log is empty"
