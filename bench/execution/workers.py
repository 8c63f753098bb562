"""Worker: it prepares the data of one block once, forks its cells, enforces their limits, and keeps their results."""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from longtail.bench.cells import Cell
from longtail.bench.errors import LongtailError
from longtail.bench.execution.cell import one_line
from longtail.bench.execution.channel import Channel
from longtail.bench.execution.limits import die_with_parent, kill_group, peak_bytes, resident, resident_below
from longtail.bench.execution.processes import Death, fork_cell, trim_log
from longtail.bench.records import Record, Status
from longtail.bench.registry import add_strategy_file, source_named
from longtail.bench.seeds import seed_for
from longtail.bench.store import Store
from longtail.bench.training.neighbours import CACHE
from longtail.bench.training.preparation import Prepared, prepare
from longtail.datasets.base import Absent, DatasetError

LOOK = 0.05
"""seconds between two checks of the cells' memory; the end of a cell is noticed at once"""
LOOK_BELOW = 1.0
"""the same, including processes that a cell has started"""


@dataclass
class Running:
    """Process of a cell, with its limits: `limit` seconds, `memory` bytes."""

    pid: int
    order: dict[str, Any]
    cell: Cell
    folder: Path
    began: str
    started: float
    resident: int
    limit: float
    memory: int
    verdict: tuple[Status, str] | None = None
    """status and reason of a cell that is being killed"""


def serve(request: dict[str, Any], end: socket.socket) -> None:
    """Serve the block that a request describes until the other side of the socket closes."""
    die_with_parent(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = Channel(end)
    channel.send({"alive": os.getpid()})
    Worker(request, channel).work()


class Worker:
    """State of one block."""

    def __init__(self, request: dict[str, Any], channel: Channel) -> None:
        self.request, self.channel = request, channel
        self.store = Store(Path(request["root"]))
        self.prepared: Prepared | None = None
        self.broken: tuple[Status, str] = ("failed", "")
        """status and reason for cells where the data are absent or can't be prepared"""
        self.truth = ""
        self.running: dict[int, Running] = {}
        self.looked = 0.0
        self.lifeline = os.pipe()

    def work(self) -> None:
        """Prepare the data, then run the requested cells."""
        start = time.perf_counter()
        self._prepare()
        self.channel.send({"ready": time.perf_counter() - start})
        gc.collect()
        gc.freeze()  # a garbage collection in a cell would copy every page that it marks
        self._on_parent_death()
        wake, woken = socket.socketpair()
        for one in (wake, woken):
            one.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self.channel, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while not self.channel.closed:
                self._turn(selector, wake)
        self._stop("the run was stopped while it ran")

    def _turn(self, selector: selectors.BaseSelector, wake: socket.socket) -> None:
        for key, _ in selector.select(LOOK if self.running else None):
            if key.fileobj is wake:
                with contextlib.suppress(BlockingIOError):
                    wake.recv(4096)
                continue
            for message in self.channel.receive():
                if order := message.get("start"):
                    self._start(order)
                elif "stop" in message:
                    self._stop(str(message["stop"]))
        self._reap()
        self._enforce()

    def _prepare(self) -> None:
        """Load, split and encode the data; a failure becomes the reason of all cells."""
        request = self.request
        try:
            for path in request["strategy_files"]:
                add_strategy_file(Path(path))
            dataset = source_named(request["dataset"]).load(seed_for(request["seed"], "data"))
            self.prepared = prepare(dataset, request["seed"], request["rows"])
            CACHE.open()  # cells share the neighbours that one of them finds
            self.truth = self.store.write_truth(self.prepared.truth)
        except Absent as error:
            self.broken = ("not_applicable", str(error))
        except (DatasetError, LongtailError) as error:
            self.broken = ("failed", str(error))
        except Exception as error:
            traceback.print_exc()
            said = f"preparing {request['dataset']} failed with {type(error).__name__}: {one_line(error)}"
            self.broken = ("failed", said)

    def _on_parent_death(self) -> None:
        """Make this process kill its cells before it ends when its parent ends."""

        def end(*_: object) -> None:
            for running in self.running.values():
                kill_group(running.pid)
            os._exit(1)

        signal.signal(signal.SIGTERM, end)
        die_with_parent(os.getppid(), signal.SIGTERM)

    def _start(self, order: dict[str, Any]) -> None:
        cell = Cell(**order["cell"])
        if self.prepared is None:
            provenance = self._provenance(order, _now()) | {"stage": "data"}
            status, why = self.broken
            self._keep(Record(cell.id, cell.identity, order["fingerprint"], status, why, provenance=provenance))
            return
        folder = self.store.scratch()
        pid = fork_cell(cell, self.prepared, folder, order["memory_limit"], self.lifeline)
        self.running[pid] = Running(
            pid,
            order,
            cell,
            folder,
            _now(),
            time.monotonic(),
            resident(os.getpid()),
            order["time_limit"],
            order["memory_limit"],
        )

    def _reap(self) -> None:
        for running in list(self.running.values()):
            pid, status, usage = os.wait4(running.pid, os.WNOHANG)
            if pid:
                del self.running[pid]
                kill_group(pid)  # processes that the cell has started and left behind
                self._end(running, Death.read(running.folder, status), usage)

    def _end(self, running: Running, death: Death, usage: Any) -> None:
        status, reason = (death.status, death.reason)
        if running.verdict is not None and death.status != "done":
            status, reason = running.verdict
        wall = time.monotonic() - running.started
        peak = peak_bytes(usage)
        costs = {
            "seconds_total": wall,
            **death.fields.get("costs", {}),
            "seconds_process": wall,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": peak,
            "added_bytes": max(0, peak - running.resident),
            "exclusive": self.request["exclusive"],
        }
        record = Record(
            running.cell.id,
            running.cell.identity,
            running.order["fingerprint"],
            status,
            reason,
            self.truth,
            **(death.fields | {"costs": costs, "provenance": self._provenance(running.order, running.began)}),
        )
        trim_log(running.folder / "log.txt")
        self._keep(record, running.folder)

    def _keep(self, record: Record, folder: Path | None = None) -> None:
        """Store a record and report it; an interrupted record never replaces another."""
        if record.status == "interrupted" and self.store.path(record.cell, record.fingerprint).exists():
            pass
        elif folder is None:
            self.store.write(record)
        else:
            self.store.adopt(record, folder)
        seconds = record.costs.get("seconds_process", 0.0)
        self.channel.send({"ended": record.cell, "status": record.status, "reason": record.reason, "seconds": seconds})

    def _enforce(self) -> None:
        now = time.monotonic()
        deep = now - self.looked > LOOK_BELOW
        self.looked = now if deep else self.looked
        for running in self.running.values():
            if running.verdict is not None:
                continue
            if now - running.started > running.limit:
                self._kill(running, "timeout", f"it took longer than the limit of {running.limit:g} s")
            elif (resident_below if deep else resident)(running.pid) > running.memory:
                self._kill(
                    running, "out_of_memory", f"it used more memory than the limit of {running.memory / 2**30:.3g} GiB"
                )
            elif deep:
                trim_log(running.folder / "log.txt", 2**23)

    def _kill(self, running: Running, status: Status, reason: str) -> None:
        running.verdict = (status, reason)
        kill_group(running.pid)

    def _stop(self, reason: str) -> None:
        """End all cells now; those that had not finished are interrupted."""
        for running in self.running.values():
            self._kill(running, "interrupted", reason)
        while self.running:
            self._reap()
            time.sleep(0.001)

    def _provenance(self, order: dict[str, Any], began: str) -> dict[str, Any]:
        limits = {name: order[name] for name in ("time_limit", "memory_limit", "modules")}
        return {**self.request["provenance"], **limits, "started": began}


def _now() -> str:
    return datetime.now(UTC).isoformat()
