"""The results that MLflow gets after a run has ended: means, curves, verdicts, counts and files, each once."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.evaluation.frames import Frames
from longtail.bench.publishing.cell_entries import counted
from longtail.bench.publishing.entry import Entry, Point, RunStatus, seconds
from longtail.bench.publishing.regressions import against_baseline, baseline_mark
from longtail.bench.publishing.run_writer import RunWriter, link_lines, mean_key
from longtail.bench.publishing.summary import JUDGED, headlines, note, overall, summaries, verdict_table
from longtail.bench.publishing.tracking import TrackedRun, Tracker
from longtail.bench.publishing.views import tags_of, views_of_run
from longtail.bench.runs import Run
from longtail.bench.statistics.contrasts import across, contrasts


def conclude(publisher: RunWriter, tracker: Tracker, parent: TrackedRun, status: RunStatus) -> TrackedRun:
    """Update the parent of an ended run in MLflow, and return its new state."""
    run, report = publisher.run, publisher.run.path / "report.html"
    mark = _mark(publisher, report)
    if parent.tags.get("longtail.conclusion") != mark:
        found = Counter(record.status for _, record in run.records())
        points = [Point(f"cells/{name}", float(number)) for name, number in sorted(found.items())]
        tags = {"status": str(run.state.get("status", "")), "cells": counted(found.elements())}
        links = publisher.links()
        tags |= {f"reused.{name}": f"{number} cells, run {identity}" for name, (identity, number) in links.items()}
        if found["done"]:
            more, told = _results(publisher, tracker, parent, links)
            points, tags = points + more, tags | told
        if report.is_file():
            tracker.artifact(parent, report)
        if not publisher.stopped():
            tags["longtail.conclusion"] = mark
        tracker.add(parent, points, tags)
        parent = replace(parent, tags=parent.tags | tags)
        publisher.written += 1
    if parent.status != status:
        tracker.end(parent, status, seconds(run.state.get("finished")) or None)
    return replace(parent, status=status)


def _results(
    publisher: RunWriter, tracker: Tracker, parent: TrackedRun, links: dict[str, tuple[str, int]]
) -> tuple[list[Point], dict[str, str]]:
    """Write means, curves and tables, and return the metrics and tags of the parent itself."""
    run, frames = publisher.run, evaluate(publisher.run)
    verdicts = contrasts(frames, JUDGED, run.suite.baseline)
    placed = across(frames, JUDGED, run.suite.baseline, run.suite.contrasts)
    entries = [*summaries(run, frames, verdicts), *overall(run, frames, placed)]
    for entry in entries:
        if publisher.stopped():
            return [], {}
        _put(publisher, tracker, parent, entry)
    for key in publisher.means.keys() - {mean_key(entry.tags) for entry in entries}:
        tracker.remove(publisher.means.pop(key))
    if Run.all(run.path.parent)[-1].name == run.name:
        datasets = dict.fromkeys(planned.cell.dataset for planned in run.planned)
        tracker.describe(tags_of(views_of_run(run.name, datasets)))
    _tables(tracker, parent, frames, verdict_table(verdicts))
    remarks = ["These earlier runs computed some of the cells and show them:", ""] if links else []
    points, tags = against_baseline(run, frames)
    points += headlines(frames)
    text = note(run, verdicts, [*remarks, *link_lines(links, tracker.experiment)])
    return points, tags | {"mlflow.note.content": text}


def _tables(tracker: Tracker, parent: TrackedRun, frames: Frames, verdicts: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cells, per_class = Path(folder) / "cells.csv", Path(folder) / "per_class.csv"
        frames.cells.to_csv(cells, index=False)
        frames.per_class.to_csv(per_class, index=False)
        (Path(folder) / "verdicts.md").write_text(verdicts)
        for path in sorted(Path(folder).iterdir()):
            tracker.artifact(parent, path)


def _put(publisher: RunWriter, tracker: Tracker, parent: TrackedRun, entry: Entry) -> None:
    key = mean_key(entry.tags)
    found = publisher.means.get(key)
    content = entry.tags["longtail.records"]
    if found is not None and found.status == entry.status and found.tags.get("longtail.records") == content:
        return
    # MLflow shows the newest value, so a mean that is written again gets the current time
    moment = time.time() if found is not None and found.status != "RUNNING" else None
    publisher.means[key] = tracker.write(found or tracker.start(entry, parent.id), entry, moment)
    publisher.written += 1


def _mark(publisher: RunWriter, report: Path) -> str:
    """Return a hash that changes when there is something new to conclude."""
    shown = {**publisher.cells, **publisher.linked}
    parts = [f"{key} {one.tags.get('longtail.records')}" for key, one in sorted(shown.items())]
    head = [publisher.version, str(publisher.run.state.get("status")), baseline_mark(publisher.run.path.parent)]
    total = hashlib.sha256("\n".join([*head, *parts]).encode())
    total.update(report.read_bytes() if report.is_file() else b"")
    return total.hexdigest()[:20]
