"""Run: one execution of a suite, stored as runs/<run>/{suite.yaml, plan.json, run.json} and its results."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from longtail.bench.cells import Cell
from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.naming import nearest
from longtail.bench.records import Record
from longtail.bench.store import Store, write_text
from longtail.bench.suite import Suite, suite_from, suite_yaml

ENDED = ("finished", "interrupted")
"""states in which a run fits no more cells, unless it is resumed"""


@dataclass(frozen=True)
class Planned:
    """Cell of a plan. `seconds` is an estimate; `applicable` is None, or a sentence on why the cell can't be fitted."""

    cell: Cell
    fingerprint: str
    applicable: str | None
    seconds: float
    family: str
    generated: bool


@dataclass(frozen=True)
class Run:
    """Folder of a run; its files are read on access."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def store(self) -> Store:
        return Store(self.path.parent)

    @cached_property
    def suite(self) -> Suite:
        """Return the suite of the run. Raises StoreError where its file can't be read."""
        return suite_from(_read(self.path / "suite.yaml", yaml.safe_load), str(self.path / "suite.yaml"))

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """Return the planned cells, in order. Raises StoreError where the plan can't be read or is corrupt."""
        rows = _read(self.path / "plan.json", json.loads)
        try:
            return tuple(
                Planned(cell=Cell(**row["cell"]), **{k: v for k, v in row.items() if k != "cell"}) for row in rows
            )
        except (TypeError, KeyError) as error:
            raise StoreError(f"the plan {self.path / 'plan.json'} is corrupt: {error}") from error

    @property
    def state(self) -> dict[str, Any]:
        """Return the present content of run.json. Raises StoreError where it can't be read.

        Keys: suite, started, finished, status (running, finished, interrupted), command, machine, commit, cache, note.
        """
        state: dict[str, Any] = _read(self.path / "run.json", json.loads)
        return state

    def update(self, **changes: Any) -> None:
        """Change keys of run.json."""
        write_text(self.path / "run.json", json.dumps(self.state | changes, indent=1))

    def record(self, planned: Planned) -> Record:
        """Return the record of a planned cell, or one that states why there is none: not applicable, or not run yet."""
        return self._record(planned, self.state)

    def _record(self, planned: Planned, state: dict[str, Any]) -> Record:
        cell = planned.cell
        if planned.applicable is not None:
            return absent(planned, "not_applicable", planned.applicable)
        try:
            found = self.store.record(cell.id, planned.fingerprint)
            if found is None and state.get("cache") == "accept-stale":
                found = next((record for record in self.store.records(cell.id) if record.status == "done"), None)
        except StoreError as error:
            return absent(planned, "interrupted", f"{error}; `longtail run` fits it again")
        return found or absent(planned, "interrupted", state.get("note") or "it has not run yet")

    def records(self) -> list[tuple[Planned, Record]]:
        """Return every planned cell with its record."""
        state = self.state
        return [(planned, self._record(planned, state)) for planned in self.planned]

    @staticmethod
    def create(root: Path, suite: Suite, planned: tuple[Planned, ...], state: dict[str, Any]) -> Run:
        """Create the folder of a new run, named after the suite and the time, and return the run.

        Raises StoreError where it can't be written.
        """
        started = datetime.now(UTC)
        base = root / f"{suite.name}-{started:%Y%m%d-%H%M%S}"
        path = next(p for p in (base, *(base.with_name(f"{base.name}-{n}") for n in range(2, 1000))) if not p.exists())
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"can't write to the folder of runs {root}: {error.strerror}") from error
        write_text(path / "suite.yaml", suite_yaml(suite))
        write_text(path / "plan.json", json.dumps([asdict(row) for row in planned]))
        now = {"suite": suite.name, "started": started.isoformat(), "finished": None, "status": "running"}
        write_text(path / "run.json", json.dumps(now | state, indent=1))
        return Run(path)

    @staticmethod
    def all(root: Path) -> list[Run]:
        """Return every run in a folder, the oldest first."""
        if not root.is_dir():
            return []
        found = [Run(path.parent) for path in root.glob("*/run.json")]
        return sorted(found, key=lambda run: (str(run.state.get("started", "")), run.name))

    @staticmethod
    def open(root: Path, text: str = "latest") -> Run:
        """Return the run at a path, the run of a name, the newest of a suite, or the newest of all (`latest`).

        Raises ConfigurationError where there is no such run.
        """
        if (Path(text) / "run.json").is_file():
            return Run(Path(text).resolve())
        runs = Run.all(root)
        if not runs:
            raise ConfigurationError(f"there is no run in {root}; `longtail run quick` makes one")
        chosen = [run for run in runs if text in ("latest", run.name)] or [
            run for run in runs if run.state.get("suite") == text
        ]
        if not chosen:
            known = {run.name for run in runs} | {str(run.state.get("suite")) for run in runs}
            raise ConfigurationError(
                f"no run or suite in {root} is called {text!r}{nearest(text, known)}; the newest are "
                f"{', '.join(run.name for run in runs[-3:])}"
            )
        return chosen[-1]


def absent(planned: Planned, status: Any, reason: str) -> Record:
    """Return a record for a cell that has no stored one."""
    return Record(planned.cell.id, planned.cell.identity, planned.fingerprint, status, reason)


def _read(path: Path, parse: Any) -> Any:
    try:
        return parse(path.read_text())
    except OSError as error:
        raise StoreError(f"{path} can't be read: {error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise StoreError(f"{path} is corrupt: {error}") from error
