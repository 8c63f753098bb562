"""One `longtail run`: it fits the missing cells, evaluates, writes the report, and publishes to MLflow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from longtail.bench import environment, provenance
from longtail.bench.cells import digest
from longtail.bench.durations import duration
from longtail.bench.errors import LongtailError
from longtail.bench.execution.engines import engine_named
from longtail.bench.execution.lock import locked
from longtail.bench.execution.progress import BAD, progress_of
from longtail.bench.planning.fingerprint import of_modules
from longtail.bench.planning.missing import Policy, missing
from longtail.bench.planning.plan import expand, left_out, left_out_lines
from longtail.bench.records import Status
from longtail.bench.runs import Planned, Run
from longtail.bench.store import Store, write_text
from longtail.bench.suite import Suite, suite_yaml

MLFLOW_PATIENCE = 60.0
"""seconds to wait for MLflow after the report is written"""
EXECUTION = {"jobs", "budget", "time_limit", "memory_limit", "description"}
"""keys of a suite that do not change the plan"""


@dataclass(frozen=True)
class RunRequest:
    """Request from the command line."""

    suite: Suite
    root: Path
    cache: Policy = "only-missing"
    strategy_files: tuple[str, ...] = ()
    mlflow: bool = True
    executor: str = "local"


def execute(request: RunRequest, console: Console) -> int:
    """Run a suite to its end, and return the exit code. Finished cells are kept, however this ends.

    Raises LongtailError where the plan is empty, or the folder of runs can't be used.
    """
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    with locked(request.root):
        store = Store(request.root)
        store.sweep()
        planned = expand(request.suite, store)
        if not planned:
            raise LongtailError("the plan has no cell: no pair applies to any of the datasets")
        for line in left_out_lines(left_out(row.cell.dataset for row in planned)):
            say(line)
        run, todo = _opened(request, planned, store, say)
        publisher = _follow(run) if request.mlflow and todo else None
        try:
            complete = _fit(request, run, todo, started, console, say)
            report = _evaluated(run, say)
            _finish(run, complete)
        except BaseException:
            run.update(status="interrupted", finished=_now())
            if publisher is not None:
                publisher.terminate()
            raise
    if publisher is None and request.mlflow and run.state.get("published") != "whole":
        publisher = _follow(run)
    code = _told(run, report, say)
    if publisher is not None:
        _wait_for(publisher, run, say)
    return code


def _opened(
    request: RunRequest, planned: tuple[Planned, ...], store: Store, say: Callable[[str], None]
) -> tuple[Run, list[Planned]]:
    """Return a run and its missing cells: the newest unfinished run of this plan, a complete one, or a new one."""
    same = [run for run in Run.all(request.root) if _is_same(run, request, planned)]
    unfinished = [run for run in same if run.state.get("status") != "finished"]
    current = unfinished[-1] if unfinished else None
    todo = missing(planned, store, request.suite, request.cache, current.name if current else "", say)
    cells = sum(row.applicable is None for row in planned)
    state: dict[str, Any] = {"command": provenance.command(), "cache": request.cache, "note": None}
    if current is None and same and not todo:
        say(f"{same[-1].name}: all {cells} cells are there, nothing to fit")
        return same[-1], todo
    if current is not None:
        write_text(current.path / "suite.yaml", suite_yaml(request.suite))
        current = Run(current.path)
        current.update(**state, status="running", finished=None)
        say(f"{current.name}: goes on, {len(todo)} of {cells} cells to fit")
        return current, todo
    state |= {"machine": provenance.machine(), "published": None, **provenance.commit()}
    run = Run.create(request.root, request.suite, planned, state)
    say(f"{run.name}: {len(todo)} of {cells} cells to fit")
    return run, todo


def _is_same(run: Run, request: RunRequest, planned: tuple[Planned, ...]) -> bool:
    if run.state.get("suite") != request.suite.name:
        return False
    # a dataset that was added in the meantime changes the plan of the same cells
    marks = _marks(planned)
    same_suite = run.suite.model_dump(exclude=EXECUTION) == request.suite.model_dump(exclude=EXECUTION)
    return same_suite and marks == _marks(run.planned)


def _marks(planned: tuple[Planned, ...]) -> set[tuple[str, str, bool]]:
    return {(row.cell.id, row.fingerprint, row.applicable is None) for row in planned}


def _fit(
    request: RunRequest, run: Run, todo: list[Planned], started: float, console: Console, say: Callable[[str], None]
) -> bool:
    """Fit the missing cells; return whether all were fitted within the budget."""
    if not todo:
        return True
    suite = request.suite
    jobs = suite.jobs or provenance.machine()["cores"]
    say(f"{jobs} at a time, about {duration(sum(row.seconds for row in todo) / jobs)}")
    deadline = None if suite.budget is None else started + suite.budget
    begun = time.monotonic()
    with progress_of(todo, jobs, console) as watch:
        executor = engine_named(request.executor)(run, jobs, watch, request.strategy_files, deadline)
        complete = executor.execute(todo)
    wall = time.monotonic() - begun
    # a run that was stopped sums its sessions
    slots = float(run.state.get("slot_seconds", 0.0)) + wall * jobs
    busy = float(run.state.get("busy_seconds", 0.0)) + executor.busy
    run.update(
        slots_busy=round(busy / slots, 3),
        seconds=round(float(run.state.get("seconds", 0.0)) + wall, 1),
        slot_seconds=round(slots, 1),
        busy_seconds=round(busy, 1),
    )
    if not complete:
        note = f"the budget of {duration(suite.budget or 0)} was spent before it could run"
        run.update(note=note)
        say(f"the budget of {duration(suite.budget or 0)} is spent; the same command continues where this run stopped")
    return complete


def _evaluated(run: Run, say: Callable[[str], None]) -> Path:
    """Return the path of the report, which is written again if anything that it shows has changed."""
    report = run.path / "report.html"
    from longtail.bench.evaluation.evaluation import evaluate
    from longtail.bench.summary.report import write_report

    inputs = digest(
        {
            "records": [[r.cell, r.fingerprint, r.status, r.provenance.get("started", "")] for _, r in run.records()],
            "suite": run.suite.model_dump(),
            "modules": of_modules(
                frozenset({"longtail.bench.evaluation.evaluation", "longtail.bench.summary.report"})
            ).modules,
        }
    )
    if run.state.get("report_inputs") != inputs or not report.is_file():
        say("evaluating, writing the report")
        evaluate(run)
        report = write_report(run)
        run.update(report_inputs=inputs, published=None)
    return report


def _finish(run: Run, complete: bool) -> None:
    status = "finished" if complete else "interrupted"
    if run.state.get("status") != status or not run.state.get("finished"):
        run.update(status=status, finished=_now())


def _told(run: Run, report: Path, say: Callable[[str], None]) -> int:
    """Print where the results are; return the exit code, 2 where cells failed."""
    counts: Counter[Status] = Counter(record.status for _, record in run.records())
    bad = sum(counts[status] for status in counts if status in BAD)
    if bad:
        say(f"{bad} cells did not finish; `longtail status {run.name}` says why, --cache retry-failed tries them again")
    say(f"report: {report}")
    return 2 if bad else 0


def _follow(run: Run) -> subprocess.Popen[bytes]:
    """Start the process that publishes; it ends with this one, or when run.json states that the run has ended."""
    with (run.path / "mlflow.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "longtail.bench.cli", "mlflow", "sync", str(run.path.resolve()), "--follow"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {environment.PARENT: str(os.getpid())},
        )


def _wait_for(publisher: subprocess.Popen[bytes], run: Run, say: Callable[[str], None]) -> None:
    """Wait a minute for MLflow; if it is not done by then, name the command that continues."""
    try:
        code = publisher.wait(MLFLOW_PATIENCE)
    except subprocess.TimeoutExpired:
        publisher.terminate()
        say(f"MLflow is not done after {MLFLOW_PATIENCE:.0f} s; `longtail mlflow sync {run.name}` adds what is missing")
        return
    lines = (run.path / "mlflow.log").read_text(errors="replace").strip().splitlines()
    if code == 0:
        run.update(published="whole")
        say(lines[-1] if lines else "MLflow is up to date")
    else:
        said = lines[-1] if lines else f"exit code {code}"
        say(f"MLflow is incomplete: {said}; `longtail mlflow sync {run.name}` tries again")


def _now() -> str:
    return datetime.now(UTC).isoformat()
