"""Runs over time, each with its primary metrics as last evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longtail.bench.errors import StoreError
from longtail.bench.evaluation.catalogue import PRIMARY
from longtail.bench.evaluation.frames import read_frames
from longtail.bench.runs import Run


@dataclass(frozen=True)
class Filter:
    """Selection of the cells of a run that are averaged; None selects all."""

    dataset: str | None = None
    learner: str | None = None
    strategy: str | None = None

    def of(self, cells: pd.DataFrame) -> pd.DataFrame:
        for name in ("dataset", "learner", "strategy"):
            if (wanted := getattr(self, name)) is not None:
                cells = cells[cells[name] == wanted]
        return cells


def history(root: Path, chosen: Filter | None = None) -> list[dict[str, Any]]:
    """Return one entry per run, the oldest first, as JSON values.

    `metrics` are means over the (dataset, learner) means of the suite's baseline strategy, or of the selected one. They
    are comparable only between runs with the same `pairs`, the number of (dataset, learner). A run without an
    evaluation has no metrics; a run that can't be read has a `note`.
    """
    return [_entry(run, chosen or Filter()) for run in Run.all(root)]


def _entry(run: Run, chosen: Filter) -> dict[str, Any]:
    entry: dict[str, Any] = {"run": run.name, "suite": None, "started": None, "status": None, "commit": None}
    entry |= {"cells": 0, "done": 0, "strategy": None, "pairs": 0, "metrics": dict.fromkeys(PRIMARY), "note": ""}
    try:
        state = run.state
        entry |= {name: state.get(name) for name in ("suite", "started", "status", "commit")}
        frames = read_frames(run.path)
        if frames is None:
            return entry | {"note": "not evaluated yet"}
        cells = frames.cells[~frames.cells["reference"].astype(bool)]
        strategy = chosen.strategy or run.suite.baseline
    except StoreError as error:
        return entry | {"note": str(error)}
    done = cells[cells["status"] == "done"]
    kept = Filter(chosen.dataset, chosen.learner, strategy).of(done)
    means = kept.groupby(["dataset", "learner", "device"])[list(PRIMARY)].mean()
    metrics = {name: _known(means[name].mean()) for name in PRIMARY}
    return entry | {
        "cells": len(cells),
        "done": len(done),
        "strategy": strategy,
        "pairs": len(means),
        "metrics": metrics,
    }


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
