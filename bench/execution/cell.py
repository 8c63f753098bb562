"""Body of a cell: fit, score validation and test rows, measure the costs. It runs in a process of its own."""

from __future__ import annotations

import time
import traceback
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch

from longtail.bench.cells import Cell
from longtail.bench.classifier import RebalancedClassifier
from longtail.bench.errors import LongtailError, NotApplicable
from longtail.bench.evaluation.nearness import Nearness, nearness_of_added
from longtail.bench.records import CellScores, Status
from longtail.bench.training.preparation import Prepared
from longtail.strategies.table import Floats, Table

NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "cannot allocate memory")


@dataclass(frozen=True)
class Outcome:
    """Outcome of a cell; `fields` are fields of its record."""

    status: Status
    reason: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    scores: CellScores | None = None


def fit_cell(cell: Cell, prepared: Prepared) -> Outcome:
    """Fit a cell on prepared data; an exception becomes the reason of its status, with a traceback in its log."""
    try:
        return _done(cell, prepared)
    except NotApplicable as error:
        return Outcome("not_applicable", str(error))
    except Exception as error:
        traceback.print_exc()
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or _ran_out(error):
            return Outcome("out_of_memory", f"it asked for more memory than there is: {one_line(error)}")
        sentence = str(error) if isinstance(error, LongtailError) else f"{type(error).__name__}: {one_line(error)}"
        return Outcome("failed", sentence)


def _done(cell: Cell, prepared: Prepared) -> Outcome:
    start = time.perf_counter()
    near: list[Nearness] = []

    def observe(real: Table, before: Table, after: Table) -> None:
        near.extend(filter(None, [nearness_of_added(real, before, after)]))

    classifier = RebalancedClassifier(
        strategy=cell.strategy,
        learner=cell.learner,
        random_state=cell.seed,
        device=cell.device,
        settings=cell.settings or None,
    ).fit_prepared(prepared, observe)
    fitted = classifier.fitted_
    before = time.perf_counter()
    valid = fitted.valid_scores
    test = fitted.scores(prepared.test)
    after = time.perf_counter()
    for part, scores, table in (("validation", valid, prepared.valid), ("test", test, prepared.test)):
        if sentence := _why_unusable(scores, table):
            return Outcome("failed", f"{part} scores {sentence}")
    kept = CellScores(valid.astype(np.float32), test.astype(np.float32), fitted.decide(valid), fitted.decide(test))
    # the total includes the search of shared neighbours, and excludes the measurement of nearness
    beside = fitted.costs["seconds_shared"] - fitted.costs["seconds_observed"]
    costs = {
        **fitted.costs,
        "seconds_encode": prepared.seconds_encode,
        "seconds_predict": after - before,
        "seconds_total": time.perf_counter() - start + beside,
        "latency_ms": 1e6 * (after - before) / max(1, len(prepared.test)),
        "gpu_bytes": torch.cuda.max_memory_allocated() if cell.device == "cuda" else 0,
    }
    declared = fitted.declared_prior
    fields = {
        "costs": {name: _plain(value) for name, value in costs.items()},
        "natural_prior": np.asarray(fitted.natural_prior, np.float64).tolist(),
        "declared_prior": None if declared is None else np.asarray(declared, np.float64).tolist(),
        "calibrated": bool(fitted.calibrated),
        "decided": bool(fitted.decided),
        "nearness": asdict(near[0]) if near else {},
    }
    return Outcome("done", "", fields, kept)


def _why_unusable(scores: Floats, table: Table) -> str | None:
    if scores.shape != (len(table), table.classes):
        return f"have the shape {scores.shape}, not {(len(table), table.classes)}"
    if np.isnan(scores).any():
        return f"contain NaN in {int(np.isnan(scores).any(axis=1).sum())} of {len(scores)} rows"
    return None


def _ran_out(error: Exception) -> bool:
    return isinstance(error, RuntimeError | OSError) and any(text in str(error).lower() for text in NO_MEMORY)


def one_line(error: BaseException, length: int = 300) -> str:
    """Return the text of an exception on one line, of at most `length` characters."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _plain(value: Any) -> Any:
    """Convert numpy's numbers and arrays to Python values, for JSON."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
