"""What MLflow is to show of a run against the baseline run: a line over runs is the trend."""

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
    """Which run is the baseline, in no particular form; nothing where none is set."""
    path = root / POINTER
    return path.read_text() if path.is_file() else ""


def against_baseline(run: Run, frames: Frames) -> tuple[list[Point], dict[str, str]]:
    """Metrics and tags of a run's parent: how many pairs regressed and improved, mean differences by dataset.

    Without a baseline there are none; a baseline that can't be compared with is said in a tag.
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
