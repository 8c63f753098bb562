"""Plan of a suite as text and as JSON values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.bench import provenance
from longtail.bench.durations import duration
from longtail.bench.errors import StoreError
from longtail.bench.planning.missing import needs_fit
from longtail.bench.planning.plan import cost_of, expand, left_out, left_out_lines
from longtail.bench.runs import Planned
from longtail.bench.store import Store
from longtail.bench.suite import Suite


@dataclass(frozen=True)
class Plan:
    """Cells of a suite, and the ids of those with a record that a run would use."""

    suite: Suite
    planned: tuple[Planned, ...]
    cached: frozenset[str]

    def documents(self) -> list[dict[str, Any]]:
        """Return the list of cells for --json, with seconds and bytes."""
        return [
            {
                "cell": row.cell.id,
                "dataset": row.cell.dataset,
                "strategy": row.cell.strategy,
                "family": row.family,
                "learner": row.cell.learner,
                "seed": row.cell.seed,
                "device": row.cell.device,
                "fingerprint": row.fingerprint,
                "applicable": row.applicable is None,
                "reason": row.applicable,
                "cached": row.cell.id in self.cached,
                "seconds": row.seconds,
                "bytes": cost_of([row]).bytes,
            }
            for row in self.planned
        ]

    def lines(self) -> Iterator[str]:
        """Yield lines per dataset and learner, then datasets left out, then cells not applicable, then totals."""
        absences = left_out(row.cell.dataset for row in self.planned)
        here = [row for row in self.planned if row.cell.dataset not in absences]
        groups: dict[tuple[str, str], list[Planned]] = defaultdict(list)
        for row in here:
            groups[row.cell.dataset, row.cell.learner].append(row)
        for (dataset, learner), rows in groups.items():
            names = dict.fromkeys(row.cell.strategy for row in rows if row.applicable is None)
            total = cost_of(rows)
            yield f"{dataset} / {learner}: {total.cells} cells, {duration(total.seconds)}: {', '.join(names) or 'none'}"
        yield from left_out_lines(absences)
        excluded = dict.fromkeys(
            (row.cell.dataset, row.cell.strategy, row.cell.learner, row.applicable) for row in here
        )
        for dataset, strategy, learner, reason in excluded:
            if reason is not None:
                yield f"not applicable: {dataset} / {strategy} / {learner}: {reason}"
        yield from self._totals()

    def _totals(self) -> Iterator[str]:
        todo = [row for row in self.planned if row.cell.id not in self.cached]
        total, left = cost_of(self.planned), cost_of(todo)
        jobs = self.suite.jobs or provenance.machine()["cores"]
        excluded, cached = len(self.planned) - total.cells, total.cells - left.cells
        yield f"{len(self.planned)} cells, {excluded} not applicable, {cached} cached"
        yield (
            f"to fit: {left.cells} cells, about {left.seconds:,.0f} core-seconds, {duration(left.seconds / jobs)} "
            f"at {jobs} a time, {left.bytes / 2**20:,.0f} MiB on disk"
        )


def of(suite: Suite, root: Path) -> Plan:
    """Return the plan of a suite, given the records in a folder of runs."""
    store = Store(root)
    planned = expand(suite, store)
    return Plan(suite, planned, frozenset(row.cell.id for row in planned if _is_cached(row, store, suite)))


def _is_cached(row: Planned, store: Store, suite: Suite) -> bool:
    if row.applicable is not None:
        return False
    try:
        record = store.record(row.cell.id, row.fingerprint)
    except StoreError:
        return False
    return not needs_fit(record, row, store, suite, "only-missing", "")
