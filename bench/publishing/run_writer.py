"""The writer of one run to MLflow: it writes only what is new, so that it can be called again and again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import psutil

from longtail.bench.errors import StoreError
from longtail.bench.publishing.cell_entries import (
    CellGroup,
    cell_entry,
    counted,
    groups_of,
    records_tag,
    run_entry,
    started_at,
)
from longtail.bench.publishing.entry import RunStatus, readable
from longtail.bench.publishing.tracking import TrackedRun, Tracker
from longtail.bench.records import Record
from longtail.bench.runs import Run

Say = Callable[[str], None]
Key = tuple[str, str]

CLOCK = 1.0
"""seconds by which the clocks of files and processes may differ"""
MOST_LINKS = 20
"""largest number of earlier runs that are named"""
GAP = 3600.0
"""seconds without a cell that separate two spans of time"""


@dataclass
class RunWriter:
    """The state of a run in MLflow: `cells` by cell and fingerprint, `means` by `mean_key`.

    `linked` are cells that an earlier run has published. `root` distinguishes the runs of one folder from others on a
    server. `evaluate` gives the metrics of a done record, and `version` changes when these metrics would. After
    `stopped` returns True, no cell is written.
    """

    run: Run
    root: str
    warn: Say
    evaluate: Callable[[Record], dict[str, float | None]]
    version: str = ""
    stopped: Callable[[], bool] = bool
    written: int = 0
    parent: TrackedRun | None = None
    cells: dict[Key, TrackedRun] = field(default_factory=dict)
    means: dict[tuple[str, ...], TrackedRun] = field(default_factory=dict)
    linked: dict[Key, TrackedRun] = field(default_factory=dict)
    _seen: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    _statuses: dict[Key, list[str]] = field(default_factory=dict)

    @cached_property
    def groups(self) -> list[CellGroup]:
        """Return the groups of cells that get one entry each."""
        return groups_of(self.run.planned)

    def load(self, tracker: Tracker) -> TrackedRun:
        """Load what MLflow has of this run, create its parent if it is missing, and return the parent."""
        entry = run_entry(self.run)
        entry.tags["longtail.root"] = self.root
        known = tracker.find(f"tags.`longtail.run` = '{self.run.name}'")
        parents = [one for one in known if one.tags.get("kind") == "run"]
        # two machines may give their runs the same name on one server
        same = [one for one in parents if one.tags.get("longtail.started") == entry.tags["longtail.started"]]
        if same:
            parent = same[0]
        else:
            parent = tracker.write(tracker.start(entry), entry)
            self.written += 1
        self.parent = parent
        own = [one for one in known if one.parent == parent.id]
        self.cells = {_key(one): one for one in own if one.tags.get("kind") == "cell"}
        self.means = {mean_key(one.tags): one for one in own if one.tags.get("kind") != "cell"}
        self._seen.clear()
        self._statuses.clear()
        self._link(tracker, parent)
        return parent

    def write_cells(self, tracker: Tracker, parent: TrackedRun, alive: bool) -> None:
        """Write every group that has changed; `alive` says whether the run goes on."""
        for group in self.groups:
            if self.stopped():
                return
            key = (group.cell, group.fingerprint)
            stamp = self._stamp(group)
            if not any(stamp) or self._seen.get(key) == (*stamp, alive):
                continue
            records = self._records(group)
            self._statuses[key] = [record.status for record in records.values()]
            if any(record.status != "not_applicable" for record in records.values()):
                self._write(tracker, parent, group, records, alive)
            self._seen[key] = (*stamp, alive)

    def progress(self) -> str:
        """Return the cells by status, of those that have been checked: `done 40, timeout 1`."""
        return counted(status for statuses in self._statuses.values() for status in statuses)

    def links(self) -> dict[str, tuple[str, int]]:
        """Return the earlier runs that computed cells of this one: id in MLflow and number of cells by name."""
        number = Counter((one.tags.get("longtail.run", ""), one.parent) for one in self.linked.values())
        return {name: (parent, count) for (name, parent), count in sorted(number.most_common(MOST_LINKS))}

    def _link(self, tracker: Tracker, parent: TrackedRun) -> None:
        """Find cells that earlier runs have published; MLflow can't filter for many cells, but for spans of time."""
        wanted: dict[Key, str] = {}
        starts: list[float] = []
        for group in self.groups:
            key = (group.cell, group.fingerprint)
            if key not in self.cells and any(self._stamp(group)) and (records := self._records(group)):
                wanted[key] = records_tag(records)
                starts.append(min(map(started_at, records.values())))
        self.linked = {}
        for first, last in spans(starts):
            when = f"attributes.start_time >= {int(first * 1000)} and attributes.start_time <= {int(last * 1000)}"
            for found in tracker.find(f"tags.kind = 'cell' and {when}"):
                key = _key(found)
                if found.parent != parent.id and key in wanted and found.tags.get("longtail.records") == wanted[key]:
                    self.linked[key] = found

    def _write(
        self, tracker: Tracker, parent: TrackedRun, group: CellGroup, records: dict[int, Record], alive: bool
    ) -> None:
        key = (group.cell, group.fingerprint)
        known = self.linked.get(key) or self.cells.get(key)
        if known is not None and self._told(known, group, records, alive):
            return
        self.linked.pop(key, None)
        metrics = {seed: self.evaluate(record) for seed, record in records.items() if record.status == "done"}
        entry = cell_entry(self.run, group, records, metrics, self.version, alive)
        found = self.cells.get(key)
        if found is not None and group.single and found.started != entry.started_ms:
            # the cell has been run again, and MLflow can't change the start of a run
            tracker.remove(found)
            found = None
        # MLflow shows the newest value, so metrics that are computed again get the current time
        moment = time.time() if found is not None and found.status != "RUNNING" else None
        self.cells[key] = tracker.write(found or tracker.start(entry, parent.id), entry, moment)
        self.written += 1

    def _told(self, found: TrackedRun, group: CellGroup, records: dict[int, Record], alive: bool) -> bool:
        """Return whether MLflow already shows these records, and shows them as ended if no more will follow."""
        if found.tags.get("longtail.records") != records_tag(records):
            return False
        if _key(found) in self.linked:
            return True
        follows = alive and len(records) < len(group.members)
        return found.tags.get("longtail.metrics") == self.version and (found.status == "RUNNING") == follows

    def _stamp(self, group: CellGroup) -> tuple[int, ...]:
        """Return a value that changes when a record of the group appears or is replaced; cheap, for frequent calls."""
        return tuple(self._stamped(member.cell.id, member.fingerprint) for member in group.members)

    def _stamped(self, cell: str, fingerprint: str) -> int:
        try:
            return (self.run.store.path(cell, fingerprint) / "record.json").stat().st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def _records(self, group: CellGroup) -> dict[int, Record]:
        found = {member.cell.seed: self._record(member.cell.id, member.fingerprint) for member in group.members}
        return {seed: record for seed, record in found.items() if record is not None}

    def _record(self, cell: str, fingerprint: str) -> Record | None:
        try:
            record = self.run.store.record(cell, fingerprint)
        except StoreError as error:
            self.warn(f"{error}; MLflow does not show its cell")
            return None
        if record is not None and not started_at(record):
            # the record of a dead process has no start: a later run finds it by the time of its file, which is constant
            moment = self._stamped(cell, fingerprint) / 1e9
            return replace(record, provenance=record.provenance | {"started": moment})
        return record


def mean_key(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return the key of a mean over seeds or datasets, from its tags."""
    return tuple(tags.get(name, "") for name in ("kind", "data", "dataset", "strategy", "learner", "device"))


def spans(times: Iterable[float]) -> list[tuple[float, float]]:
    """Return the first and last time of each group of times; groups are at least an hour apart."""
    bunches: list[tuple[float, float]] = []
    for moment in sorted(times):
        if bunches and moment - bunches[-1][1] < GAP:
            bunches[-1] = (bunches[-1][0], moment)
        else:
            bunches.append((moment, moment))
    return bunches


def is_alive(run: Run) -> bool:
    """Return whether the process of a run still works on it.

    The folder's lock has the process id. A process that began after the lock was written only has the same id, and one
    that began after run.json was written works on another run.
    """
    if run.state.get("status") != "running":
        return False
    lock = run.path.parent / ".lock"
    try:
        began = psutil.Process(int(lock.read_text())).create_time()
        written = min(path.stat().st_mtime for path in (lock, run.path / "run.json"))
    except (psutil.Error, FileNotFoundError, ValueError):
        return False
    return began <= written + CLOCK


def status_of(run: Run, alive: bool) -> RunStatus:
    """Return the status that MLflow shows for a run: KILLED if it was interrupted or its process is gone."""
    if alive:
        return "RUNNING"
    return "FINISHED" if run.state.get("status") == "finished" else "KILLED"


def link_lines(links: dict[str, tuple[str, int]], experiment: str) -> list[str]:
    """Return Markdown links from a run to the runs that computed its cells."""
    return [
        f"- [{readable(name)}](#/experiments/{experiment}/runs/{run}): {count} cells"
        for name, (run, count) in links.items()
    ]


def _key(found: TrackedRun) -> Key:
    return (found.tags.get("longtail.cell", ""), found.tags.get("longtail.fingerprint", ""))
