"""Publishing of a run in MLflow, once or while it goes on. Processes that publish from one folder take turns."""

from __future__ import annotations

import fcntl
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from longtail.bench.errors import StoreError, TrackingError
from longtail.bench.evaluation.evaluation import Settings, evaluated
from longtail.bench.publishing.conclusion import conclude
from longtail.bench.publishing.entry import RunStatus
from longtail.bench.publishing.place import place_of
from longtail.bench.publishing.run_writer import RunWriter, Say, is_alive, status_of
from longtail.bench.publishing.tracking import TrackedRun, Tracker
from longtail.bench.records import Record
from longtail.bench.runs import Run

POLL = 2.0
"""seconds between two checks of a run that goes on"""
PATIENCE = 60.0
"""largest number of seconds between two attempts to reach a server that does not answer"""


@dataclass(frozen=True)
class Published:
    """The result of a sync: entries written, cells published by earlier runs, the run's id and status in MLflow."""

    written: int
    reused: int
    id: str
    status: RunStatus


def sync(
    run: Run,
    follow: bool = False,
    warn: Say = print,
    stopped: Callable[[], bool] = lambda: False,
    poll: float = POLL,
) -> Published:
    """Publish what MLflow lacks of a run; with `follow` until the run ends, its process is gone, or `stopped` is true.

    Raises TrackingError if the server does not answer; with `follow` only after the run has ended, with retries before.
    """
    publishing = Publishing(run, warn, stopped)
    wait, silent = poll, False
    while True:
        # checked before looking for records, so that the last ones are not missed
        goes_on = follow and is_alive(run) and not stopped()
        try:
            done = publishing.turn(brief=follow)
            wait, silent = poll, False
            if not goes_on:
                return done
        except TrackingError as error:
            if not goes_on:
                raise
            if not silent:
                warn(f"{error}; it is tried again until the run ends")
            wait, silent = min(2 * wait, PATIENCE), True
        _sleep(wait, lambda: is_alive(run) and not stopped())


@dataclass
class Publishing:
    """A run, its writer and the connection to MLflow, which is opened on first use."""

    run: Run
    warn: Say
    stopped: Callable[[], bool] = lambda: False
    name: str = field(default_factory=lambda: uuid4().hex)
    tracker: Tracker | None = None
    parent: TrackedRun | None = None
    publisher: RunWriter = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings.of(self.run)

        def metrics(record: Record) -> dict[str, float | None]:
            try:
                found: dict[str, float | None] = evaluated(self.run.store, record, settings)["metrics"]
            except StoreError as error:
                self.warn(f"{error}; MLflow shows its cell without metrics")
                return {}
            return found

        root = root_name(self.run.path.parent)
        self.publisher = RunWriter(self.run, root, self.warn, metrics, settings.hash, self.stopped)

    def turn(self, brief: bool = False) -> Published:
        """Write all that can be written now; with `brief`, no means of an interrupted run, because it may go on."""
        root = self.run.path.parent
        with turn_of(root, self.name) as undisturbed:
            self.tracker = self.tracker or Tracker(place_of(root))
            if self.parent is None or not undisturbed:
                self.parent = self.publisher.load(self.tracker)
                sweep(self.tracker, self.run)
            alive = is_alive(self.run)
            self.publisher.write_cells(self.tracker, self.parent, alive)
            status = status_of(self.run, alive)
            broken_off = self.stopped() or self.run.state.get("status") == "running"
            if alive or (brief and broken_off):
                self.parent = self._progress(self.tracker, self.parent, status)
            else:
                self.parent = conclude(self.publisher, self.tracker, self.parent, status)
        return Published(self.publisher.written, len(self.publisher.linked), self.parent.id, status)

    def _progress(self, tracker: Tracker, parent: TrackedRun, status: RunStatus) -> TrackedRun:
        told = self.publisher.progress()
        if parent.tags.get("cells") != told:
            tracker.add(parent, (), {"cells": told})
        if parent.status != status:
            tracker.end(parent, status)
        return replace(parent, status=status, tags=parent.tags | {"cells": told})


def sweep(tracker: Tracker, run: Run) -> None:
    """End the other runs of this folder that MLflow shows as RUNNING although their process is gone."""
    root = run.path.parent
    for parent in tracker.find("tags.kind = 'run' and attributes.status = 'RUNNING'"):
        name = parent.tags.get("longtail.run", "")
        other = Run(root / name)
        if parent.tags.get("longtail.root") != root_name(root) or name == run.name:
            continue
        try:
            status = status_of(other, is_alive(other))
        except StoreError:  # its folder was removed
            status = "KILLED"
        if status == "RUNNING":
            continue
        for child in tracker.find(f"tags.`mlflow.parentRunId` = '{parent.id}' and attributes.status = 'RUNNING'"):
            tracker.end(child, "KILLED")
        tracker.end(parent, status)


@contextmanager
def turn_of(root: Path, name: str) -> Iterator[bool]:
    """Hold the folder's lock, and yield whether no other process has held it since `name` did.

    Raises StoreError if the lock file can't be written.
    """
    path = root / "mlflow.lock"
    try:
        file = path.open("a+")
    except OSError as error:
        raise StoreError(f"can't write to {path}: {error.strerror}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        last = file.read()
        file.truncate(0)
        file.write(name)
        file.flush()
        yield last == name


def root_name(root: Path) -> str:
    """Return a name that distinguishes the runs of this machine and folder from others on one server."""
    return f"{socket.gethostname()}:{root.resolve()}"


def _sleep(wait: float, goes_on: Callable[[], bool]) -> None:
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0 and goes_on():
        time.sleep(min(left, 0.25))
