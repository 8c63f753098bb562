"""Baseline run, with which others are compared, and its export to a small file that can be committed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.evaluation.catalogue import PRIMARY
from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.evaluation.frames import Frames
from longtail.bench.runs import Run
from longtail.bench.store import write_text

POINTER = "baseline.json"
"""file in the folder of runs that holds the name of the baseline run"""
LARGEST = 50_000_000
"""bytes above which a file is not read as an exported baseline"""
KEYS = ("dataset", "strategy", "learner", "seed", "device")
"""columns by which cells are paired; with the same code and data identity they are the same cell"""
COLUMNS = (*KEYS, "cell", "fingerprint", "generated", "reference", "status", *PRIMARY, "f1_own", "seconds_total")


class BaselineRow(BaseModel):
    """One cell of an exported baseline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    strategy: str
    learner: str
    seed: int
    device: str
    cell: str
    fingerprint: str
    generated: bool
    reference: bool
    status: str
    ap: float | None
    f1: float | None
    f1_own: float | None
    seconds_total: float | None


class Exported(BaseModel):
    """Content of the file that `longtail baseline export` writes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    longtail_baseline: Literal[1]
    run: str
    suite: str
    started: str
    commit: str
    baseline: str
    cells: list[BaselineRow]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Part of a run that a comparison needs; `cells` has COLUMNS and includes references, `baseline` is a strategy."""

    name: str
    suite: str
    started: str
    commit: str
    baseline: str
    cells: pd.DataFrame


def snapshot_of(run: Run, frames: Frames | None = None) -> Snapshot:
    """Return the primary metrics of a run, which is evaluated if `frames` are not given."""
    cells = (frames or evaluate(run)).cells
    state = run.state
    commit, started = str(state.get("commit") or ""), str(state.get("started") or "")
    return Snapshot(run.name, run.suite.name, started, commit, run.suite.baseline, cells[list(COLUMNS)].copy())


def set_baseline(root: Path, run: Run) -> None:
    """Make a run of the folder `root` its baseline. Raises ConfigurationError where the run is in another folder."""
    if run.path.parent.resolve() != root.resolve():
        raise ConfigurationError(f"the run {run.path} is not in {root}; a baseline is a run of the same folder")
    write_text(root / POINTER, json.dumps({"run": run.name}))


def baseline_run(root: Path) -> Run:
    """Return the baseline run of a folder.

    Raises ConfigurationError where no baseline is set or its run is gone, StoreError where the file is corrupt.
    """
    path = root / POINTER
    try:
        name = json.loads(path.read_text())["run"]
    except FileNotFoundError:
        raise ConfigurationError(f"no baseline is set in {root}; `longtail baseline set RUN` sets one") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is corrupt ({error}); `longtail baseline set RUN` writes it again") from error
    found = next((run for run in Run.all(root) if run.name == name), None)
    if found is None:
        raise ConfigurationError(
            f"the baseline {name!r} is no longer in {root}; `longtail baseline set RUN` sets another"
        )
    return found


def export(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot as JSON, one line per cell, so that changes of a committed file are easy to read."""
    head = {
        "longtail_baseline": 1,
        "run": snapshot.name,
        "suite": snapshot.suite,
        "started": snapshot.started,
        "commit": snapshot.commit,
        "baseline": snapshot.baseline,
    }
    rows = [json.dumps(_plain(row), allow_nan=False) for row in snapshot.cells.to_dict("records")]
    lines = ",\n".join(f"  {row}" for row in rows)
    write_text(path, f'{json.dumps(head, indent=1)[:-2]},\n "cells": [\n{lines}\n ]\n}}\n')


def read_exported(path: Path) -> Snapshot:
    """Read an exported baseline. Raises StoreError, which names the file and the problem."""
    try:
        if path.stat().st_size > LARGEST:
            raise StoreError(f"{path} is not an exported baseline: it is larger than {LARGEST // 10**6} MB")
        held = Exported.model_validate_json(path.read_text())
    except OSError as error:
        raise StoreError(f"the baseline {path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not an exported baseline: it is not a text file") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise StoreError(f"{path} is not an exported baseline: {place}: {first['msg']}") from error
    cells = pd.DataFrame([row.model_dump() for row in held.cells], columns=list(COLUMNS))
    numbers = [*PRIMARY, "f1_own", "seconds_total"]
    cells[numbers] = cells[numbers].astype(np.float64)
    return Snapshot(held.run, held.suite, held.started, held.commit, held.baseline, cells)


def snapshot_named(root: Path, text: str) -> Snapshot:
    """Return the snapshot that a text names: `baseline`, the path of an exported one, or a run as in `Run.open`.

    Raises ConfigurationError or StoreError where there is no such snapshot or it can't be read.
    """
    if text == "baseline":
        return snapshot_of(baseline_run(root))
    if Path(text).is_file():
        return read_exported(Path(text))
    if text.endswith(".json"):
        raise ConfigurationError(f"there is no exported baseline {text}; `longtail baseline export {text}` writes one")
    return snapshot_of(Run.open(root, text))


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Convert to values that JSON accepts; NaN becomes null."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        known = value.item() if isinstance(value, np.generic) else value
        plain[str(name)] = None if isinstance(known, float) and not np.isfinite(known) else known
    return plain
