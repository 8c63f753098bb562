"""One run on its way to MLflow: writes what is new, however often it is asked and whatever was there before."""

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
"""earlier runs that are named"""
GAP = 3600.0
"""seconds without a cell between two spans of time"""


@dataclass
class RunWriter:
    """What MLflow has of a run, and what it lacks: `cells` by cell and fingerprint, `means` by `mean_key`.

    `linked` are cells that an earlier run has published. `root` tells the runs of one folder from others on a server,
    `evaluate` gives the metrics of a done record, `version` changes when they would. Once `stopped`, no cell follows.
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
        """The cells that get an entry, alone or together."""
        return groups_of(self.run.planned)

    def load(self, tracker: Tracker) -> TrackedRun:
        """Learn what MLflow has of this run; create the parent where there is none."""
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
        """Write every group of which there is news. `alive` says whether the run goes on."""
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
        """Cells by status, of those that have been looked at: `done 40, timeout 1`."""
        return counted(status for statuses in self._statuses.values() for status in statuses)

    def links(self) -> dict[str, tuple[str, int]]:
        """Earlier runs that computed cells of this one: by name, the id in MLflow and how many."""
        number = Counter((one.tags.get("longtail.run", ""), one.parent) for one in self.linked.values())
        return {name: (parent, count) for (name, parent), count in sorted(number.most_common(MOST_LINKS))}

    def _link(self, tracker: Tracker, parent: TrackedRun) -> None:
        """Find what earlier runs have published: MLflow is not asked for many cells at once, but for a span of time."""
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
            # the cell has been run again, and MLflow can't move a start
            tracker.remove(found)
            found = None
        # metrics that are computed anew stand before the old ones
        moment = time.time() if found is not None and found.status != "RUNNING" else None
        self.cells[key] = tracker.write(found or tracker.start(entry, parent.id), entry, moment)
        self.written += 1

    def _told(self, found: TrackedRun, group: CellGroup, records: dict[int, Record], alive: bool) -> bool:
        """Whether MLflow shows these records already, and shows them as ended if nothing will follow."""
        if found.tags.get("longtail.records") != records_tag(records):
            return False
        if _key(found) in self.linked:
            return True
        follows = alive and len(records) < len(group.members)
        return found.tags.get("longtail.metrics") == self.version and (found.status == "RUNNING") == follows

    def _stamp(self, group: CellGroup) -> tuple[int, ...]:
        """Changes when a record of the group appears or is replaced: cheap, since it is asked again and again."""
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
            # one whose process died knows no start: a later run has to find it by some time that stays
            moment = self._stamped(cell, fingerprint) / 1e9
            return replace(record, provenance=record.provenance | {"started": moment})
        return record


def mean_key(tags: Mapping[str, str]) -> tuple[str, ...]:
    """What a mean over seeds or datasets is of."""
    return tuple(tags.get(name, "") for name in ("kind", "data", "dataset", "strategy", "learner", "device"))


def spans(times: Iterable[float]) -> list[tuple[float, float]]:
    """First and last of each bunch of times, an hour or more apart from the next."""
    bunches: list[tuple[float, float]] = []
    for moment in sorted(times):
        if bunches and moment - bunches[-1][1] < GAP:
            bunches[-1] = (bunches[-1][0], moment)
        else:
            bunches.append((moment, moment))
    return bunches


def is_alive(run: Run) -> bool:
    """Whether the process that runs it still does.

    Its number stands in the folder's lock. A process that began after the lock was written has only the number in
    common, and one that began after run.json was written works on another run.
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
    """What MLflow should say of a run: KILLED where it was interrupted, or its process is gone."""
    if alive:
        return "RUNNING"
    return "FINISHED" if run.state.get("status") == "finished" else "KILLED"


def link_lines(links: dict[str, tuple[str, int]], experiment: str) -> list[str]:
    """Markdown that leads from a run to those that computed its cells."""
    return [
        f"- [{readable(name)}](#/experiments/{experiment}/runs/{run}): {count} cells"
        for name, (run, count) in links.items()
    ]


def _key(found: TrackedRun) -> Key:
    return (found.tags.get("longtail.cell", ""), found.tags.get("longtail.fingerprint", ""))
