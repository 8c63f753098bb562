"""The comparison of a run with the baseline run for MLflow, where a line over runs shows the trend."""

from __future__ import annotations

import math
from pathlib import Path

from longtail.bench.errors import LongtailError
from longtail.bench.evaluation.catalogue import PRIMARY
from longtail.bench.evaluation.frames import Frames
from longtail.bench.publishing.entry import Point, metric_key, rounded
from longtail.bench.runs import Run
from longtail.bench.statistics.baselines import POINTER, baseline_run, snapshot_of
from longtail.bench.statistics.comparison import compare


def baseline_mark(root: Path) -> str:
    """Return a text that changes with the baseline run; an empty string if no baseline is set."""
    path = root / POINTER
    return path.read_text() if path.is_file() else ""


def against_baseline(run: Run, frames: Frames) -> tuple[list[Point], dict[str, str]]:
    """Return metrics and tags for a run's parent: counts of regressed and improved pairs, mean differences by dataset.

    Without a baseline both are empty. If a comparison with the baseline is not possible, a tag gives the reason.
    """
    root = run.path.parent
    if not baseline_mark(root):
        return [], {}
    try:
        base = baseline_run(root)
        if base.name == run.name:
            return [], {"baseline": "this run"}
        found = compare(snapshot_of(base), snapshot_of(run, frames))
    except LongtailError as error:
        return [], {"baseline": f"no comparison: {error}"}
    counts = found.counts
    points = [
        Point("regressions/count", float(counts.get("regressed", 0) + counts.get("lost", 0))),
        Point("improvements/count", float(counts.get("improved", 0) + counts.get("gained", 0))),
        Point("compared/cells", float(found.paired)),
    ]
    rows = found.rows[found.rows["metric"].isin(PRIMARY)]
    for keys, group in rows.groupby(["metric", "dataset"]):
        if math.isfinite(value := float(group["difference"].mean())):
            points.append(Point(metric_key("/".join(["delta", *map(str, keys)])), rounded(value)))
    return points, {"baseline": base.name}
