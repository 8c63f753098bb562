"""The MLflow entries of a run and of its cells."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from longtail.bench.cells import Cell, digest
from longtail.bench.evaluation.frames import nearness_columns
from longtail.bench.publishing.entry import (
    Entry,
    Point,
    RunStatus,
    data_input,
    identity_tags,
    readable,
    rounded,
    seconds,
)
from longtail.bench.records import STATUSES, Record
from longtail.bench.runs import Planned, Run

MOST_CELLS = 2000
"""number of cells above which the seeds of a pair share one entry and are its steps"""

HEADLINE = (
    "ap",
    "ap_raw",
    "ap_tail",
    "roc_auc",
    "log_loss",
    "excess_log_loss",
    "brier",
    "calibration_error",
    "f1",
    "f1_own",
    "balanced_accuracy",
    "worst_recall",
    "recall_head",
    "recall_medium",
    "recall_tail",
)
"""metrics of an MLflow entry; all others are in cells.csv"""

COSTS = {"seconds_total": 1.0, "seconds_fit": 1.0, "latency_ms": 1.0, "peak_mib": 2.0**-20}
"""costs of an entry, and the factor on the record's value"""
SOURCES = {"peak_mib": "peak_bytes"}

ENDED: dict[str, RunStatus] = {
    "done": "FINISHED",
    "not_applicable": "FINISHED",
    "failed": "FAILED",
    "timeout": "FAILED",
    "out_of_memory": "FAILED",
    "interrupted": "KILLED",
}


@dataclass(frozen=True)
class CellGroup:
    """Cells that share one entry: one cell, or in a large run all seeds of one pair on one dataset and device."""

    cell: str
    fingerprint: str
    members: tuple[Planned, ...]

    @property
    def first(self) -> Cell:
        return self.members[0].cell

    @property
    def single(self) -> bool:
        return self.cell == self.first.id

    @property
    def name(self) -> str:
        """Return a name such as `cat50 · balanced-softmax · mlp · seed 2`."""
        cell = self.first
        pieces = [cell.dataset, cell.strategy, cell.learner]
        pieces += [cell.device] if cell.device != "cpu" else []
        pieces += [f"seed {cell.seed}"] if self.single else ["all seeds"]
        return readable(*pieces)


def groups_of(planned: Sequence[Planned], most: int = MOST_CELLS) -> list[CellGroup]:
    """Return the applicable cells one by one or, if there are more than `most`, with all seeds of a pair together."""
    runnable = [one for one in planned if one.applicable is None]
    if len(runnable) <= most:
        return [CellGroup(one.cell.id, one.fingerprint, (one,)) for one in runnable]
    together: dict[tuple[str, str], list[Planned]] = {}
    for one in runnable:
        key = digest({**one.cell.identity, "seed": None})
        together.setdefault((key, one.fingerprint), []).append(one)
    return [CellGroup(cell, fingerprint, tuple(members)) for (cell, fingerprint), members in together.items()]


def cell_entry(
    run: Run,
    group: CellGroup,
    records: Mapping[int, Record],
    metrics: Mapping[int, Mapping[str, Any]],
    version: str = "",
    alive: bool = False,
) -> Entry:
    """Return the entry of a group from the `records` that it has so far and their `metrics`, both by seed.

    `version` identifies the source of the metrics. `alive` says whether missing records may follow.
    """
    cell, planned = group.first, group.members[0]
    points, missing = _points(group, records, metrics)
    complete = len(records) == len(group.members)
    tags = identity_tags(run, "cell") | {
        "dataset": cell.dataset,
        "data": "generated" if planned.generated else "real",
        "strategy": cell.strategy,
        "family": planned.family,
        "learner": cell.learner,
        "device": cell.device,
        "seed": ", ".join(str(member.cell.seed) for member in group.members),
        "status": next(iter(records.values())).status if group.single else counted(r.status for r in records.values()),
        "longtail.cell": group.cell,
        "longtail.fingerprint": group.fingerprint,
        "longtail.records": records_tag(records),
        "longtail.metrics": version,
    }
    if reasons := sorted({record.reason for record in records.values() if record.reason}):
        tags["reason"] = " / ".join(reasons)
    if missing:
        tags["nan"] = ", ".join(missing)
    others = {str(record.provenance.get("run") or run.name) for record in records.values()} - {run.name}
    if others:
        tags["computed_by"] = ", ".join(sorted(others))
    commit = next((str(r.provenance["commit"]) for r in records.values() if r.provenance.get("commit")), "")
    if commit:
        tags["mlflow.source.git.commit"] = commit
    started = [started_at(record) for record in records.values()]
    ended = [started_at(record) + float(record.costs.get("seconds_process") or 0.0) for record in records.values()]
    status: RunStatus = "RUNNING" if alive else "KILLED"
    if complete:
        status = _together(record.status for record in records.values())
    params = {f"{cell.learner.partition('(')[0]}.{key}": str(value) for key, value in sorted(cell.settings.items())}
    return Entry(
        name=group.name,
        status=status,
        tags=tags,
        started=min(started),
        ended=None if status == "RUNNING" else max(ended),
        params=params | ({"rows": str(cell.rows)} if cell.rows else {}),
        points=tuple(points),
        inputs=(data_input(cell),),
    )


def run_entry(run: Run) -> Entry:
    """Return the parent entry of a run's cells, as it is at the start."""
    cells = [planned.cell for planned in run.planned]
    data = {cell.dataset: data_input(cell) for cell in cells}
    tags = identity_tags(run, "run") | {"longtail.started": str(run.state.get("started", ""))}
    if commit := run.state.get("commit"):
        tags["mlflow.source.git.commit"] = str(commit)
    params = {
        "suite": run.suite.name,
        "baseline": run.suite.baseline,
        "datasets": ", ".join(data),
        "strategies": str(len({cell.strategy for cell in cells})),
        "learners": ", ".join(sorted({cell.learner for cell in cells})),
        "seeds": ", ".join(str(seed) for seed in sorted({cell.seed for cell in cells})),
        "cells": str(len(cells)),
    }
    started = seconds(run.state.get("started"))
    return Entry(run.name, "RUNNING", tags, started, params=params, inputs=tuple(data.values()))


def records_tag(records: Mapping[int, Record]) -> str:
    """Return a text that identifies the records of an entry, so that a later sync can see that nothing is new."""
    return " ".join(f"{seed}:{record_digest(record)}" for seed, record in sorted(records.items()))


def record_digest(record: Record) -> str:
    """Return a digest that changes when a cell has been run again."""
    return hashlib.sha256(json.dumps(asdict(record), sort_keys=True).encode()).hexdigest()[:12]


def started_at(record: Record) -> float:
    """Return the start of a cell in seconds since 1970; 0 if the record has no start."""
    return seconds(record.provenance.get("started"))


def counted(statuses: Iterable[str]) -> str:
    """Return counts such as `done 4, timeout 1`, in the order of STATUSES."""
    counts = Counter(statuses)
    return ", ".join(f"{status} {counts[status]}" for status in STATUSES if counts[status])


def _points(
    group: CellGroup, records: Mapping[int, Record], metrics: Mapping[int, Mapping[str, Any]]
) -> tuple[list[Point], list[str]]:
    """Return metrics, costs and nearness of synthetic rows by seed, and the names of those that are not finite.

    The latter get no point, because MLflow would store them as finite numbers.
    """
    points: list[Point] = []
    missing: dict[str, None] = {}
    for seed, record in sorted(records.items()):
        costs = {name: record.costs.get(SOURCES.get(name, name)) for name in COSTS}
        values = {name: metrics[seed][name] for name in HEADLINE if name in metrics.get(seed, {})}
        values |= {name: COSTS[name] * float(cost) for name, cost in costs.items() if cost is not None}
        values |= nearness_columns(record) if record.nearness else {}
        for name, value in values.items():
            if value is not None and math.isfinite(float(value)):
                points.append(Point(name, rounded(value), 0 if group.single else seed))
            else:
                missing[name] = None
    return points, list(missing)


def _together(statuses: Iterable[str]) -> RunStatus:
    ended = {ENDED[status] for status in statuses}
    order: tuple[RunStatus, ...] = ("KILLED", "FAILED", "FINISHED")
    return next(status for status in order if status in ended)
