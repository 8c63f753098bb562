"""Cells that a run has to fit, given the records in the store and a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from longtail.bench.errors import StoreError
from longtail.bench.records import Record
from longtail.bench.runs import Planned
from longtail.bench.store import Store
from longtail.bench.suite import Suite

Policy = Literal["only-missing", "retry-failed", "accept-stale", "never", "only-cache"]


def missing(
    planned: tuple[Planned, ...], store: Store, suite: Suite, policy: Policy, run: str, warn: Callable[[str], None]
) -> list[Planned]:
    """Return the cells to fit; corrupt records are moved aside with a warning. `run` is the run to continue, or ''."""
    return [
        row
        for row in planned
        if row.applicable is None
        and policy != "only-cache"
        and needs_fit(sound(row, store, warn), row, store, suite, policy, run)
    ]


def sound(planned: Planned, store: Store, warn: Callable[[str], None]) -> Record | None:
    """Return the record of a cell, or None; a record that can't be used is moved aside with a warning."""
    try:
        record = store.record(planned.cell.id, planned.fingerprint)
        broken = store.why_broken(record) if record is not None else None
    except StoreError as error:
        record, broken = None, str(error)
    if broken is None:
        return record
    aside = store.set_aside(planned.cell.id, planned.fingerprint)
    warn(f"{broken}: moved to {aside}, the cell is fitted again")
    return None


def needs_fit(record: Record | None, planned: Planned, store: Store, suite: Suite, policy: Policy, run: str) -> bool:
    """Return whether a cell must be fitted under the policy, given its record with the fingerprint of the plan."""
    if record is None:
        return not (policy == "accept-stale" and any(r.status == "done" for r in _readable(store, planned.cell.id)))
    if policy == "never":
        return record.provenance.get("run") != run or record.status == "interrupted"
    known = record.provenance
    if known.get("stage") == "data" and record.status in {"failed", "not_applicable"}:
        return True  # data that could not be loaded may be available now
    again = {
        "interrupted": True,
        "failed": False,
        "timeout": suite.time_limit > known.get("time_limit", 0),
        "out_of_memory": suite.memory_bytes > known.get("memory_limit", 0),
    }
    retried = policy == "retry-failed" and record.status in again
    return retried or again.get(record.status, False)


def _readable(store: Store, cell: str) -> list[Record]:
    try:
        return store.records(cell)
    except StoreError:
        return []
