"""Tables made from a run's records; reports, MLflow and comparisons rely on their columns."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longtail.bench.errors import StoreError
from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.nearness import Nearness
from longtail.bench.records import Record
from longtail.bench.store import write_text

CELL_KEYS = (
    "cell",  # id; for references `reference-<dataset>-<seed>-<strategy>`
    "fingerprint",
    "dataset",
    "generated",  # bool
    "strategy",
    "family",
    "learner",
    "seed",
    "device",
    "status",
    "reason",  # a sentence for every status except done
    "stale",  # bool: the code has changed since
    "baseline",  # bool: the suite's baseline strategy
    "reference",  # bool: `prior` or a Bayes limit; learner and family are `reference`
)
"""one row per planned cell; per (dataset, seed) also `prior`, and the Bayes limits where the posterior is known"""
CELL_FACTS = (
    "truth",  # key of the labels
    "classes",  # K
    "classes_scored",  # in the macro averages
    "classes_pooled",  # with under 10 test rows, real data: in ap_pooled
    "classes_over_100",  # by training rows
    "classes_20_to_100",
    "classes_under_20",
    "cut_head",  # the bands' cuts
    "cut_tail",
    "rows_train",
    "rows_test",
    "posterior_weighted",  # bool: test rows are weighted by their posterior
    "converted_by",  # declared prior, fitted offsets, calibrated
)
COSTS = (
    "seconds_encode",
    "seconds_resample",
    "seconds_fit",
    "seconds_calibrate",
    "seconds_predict",
    "seconds_total",
    "cpu_seconds",
    "latency_ms",
    "peak_bytes",
    "added_bytes",
    "gpu_bytes",
    "optimiser_steps",
    "exclusive",  # bool: no other cell ran during the timings
    "rows_before",  # list (K,)
    "rows_after",  # list (K,)
)
NEARNESS = (
    "copies",  # share of the rows added by resampling that are real rows
    "nearness",  # median distance of an added row to the nearest real row of its class, over that of a real row
)
"""NaN where no row was added; `nearness` also where real rows repeat each other and added rows do not"""
LISTS = ("rows_before", "rows_after", "ap_replicates", "f1_replicates")
"""columns that hold a list or None; replicates are values on resampled test groups of real data, paired by cell"""
CELL_COLUMNS = (*CELL_KEYS, *CELL_FACTS, *METRICS, *COSTS, *NEARNESS, "ap_replicates", "f1_replicates")

PER_CLASS_COLUMNS = (
    "cell",
    "dataset",
    "strategy",
    "family",
    "learner",
    "seed",
    "class_index",
    "class_name",
    "band",
    "rank",  # by training frequency (generated data: by the spec's prior), 1 = most frequent
    "train_count",
    "support",  # test rows, or the sum of their posteriors
    "scored",  # bool: in the macro averages
    "ap",
    "recall",  # like precision and f1: by the shared decision offsets
    "precision",
    "f1",
    "recall_balanced",  # by argmax under the balanced prior
    "recall_own",
    "bias",  # log of predicted over observed rows
)
"""one row per class of each done cell, references included"""

CONTRAST_COLUMNS = (
    "dataset",
    "generated",
    "learner",
    "device",
    "strategy",
    "family",
    "planned",  # cells, without those not applicable
    "done",
    "n",  # seeds with a value
    "mean",
    "low",  # 95 % t interval over seeds; NaN with one seed
    "high",
    "pairs",  # seeds that the baseline also has
    "difference",  # strategy minus baseline
    "difference_low",
    "difference_high",
    "unit",  # what there is to gain: limit less prior; 1 for decisions, 0 or NaN where there is nothing or unknown
    "rope",  # a fixed share of the unit
    "unchanged",  # bool: exactly the baseline's value in every seed that both have
    "verdict",  # better, worse, practically equal, undecided, no verdict; `baseline` in the baseline's own row
    "note",
)
"""statistics.contrasts: one row per (dataset, learner, device, strategy)"""

ACROSS_COLUMNS = (
    "generated",  # bool: generated and real data are never pooled
    "learner",
    "device",
    "strategy",
    "family",
    "n_datasets",  # clusters: variants of one source are one cluster; without datasets that have nothing to gain
    "mean_difference",  # of the datasets' mean differences over their units: AP in shares of what there is to gain
    "low",
    "high",
    "rope",  # in shares too; for decisions, whose unit is 1, all four are differences as they are
    "mean_rank",  # 1 = best within a dataset; a failed strategy gets the baseline's score
    "mean_rank_worst",  # a failed strategy ranks last
    "wins",
    "ties",
    "losses",
    "unchanged",  # bool: exactly the baseline's value in every seed of every dataset; it has no wins, ties or losses
    "p",  # Wilcoxon signed rank
    "p_holm",  # over the contrasts that the suite names; NaN for others
    "exploratory",  # bool: not named as a contrast in the suite
    "verdict",
    "note",
)
"""statistics.across: one row per (generated, learner, device, strategy)"""


TABLES = ("cells.parquet", "per_class.parquet")
MARK = "tables.json"
"""file beside the tables: the hash of their inputs, and their checksums"""


@dataclass(frozen=True, eq=False)
class Frames:
    """Both tables of a run: `cells` has CELL_COLUMNS, `per_class` PER_CLASS_COLUMNS."""

    cells: pd.DataFrame
    per_class: pd.DataFrame


def cells_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per cell, columns as CELL_COLUMNS; metrics, costs and nearness are floats, NaN where undefined."""
    frame = pd.DataFrame(rows, columns=list(CELL_COLUMNS))
    numbers = [name for name in (*METRICS, *COSTS, *NEARNESS) if name not in LISTS and name != "exclusive"]
    frame[numbers] = frame[numbers].astype(np.float64)
    for name in LISTS:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def nearness_columns(record: Record) -> dict[str, float | None]:
    """Return how near a cell's synthetic rows are to real ones, columns as NEARNESS; None where it is not known."""
    if not record.nearness:
        return dict.fromkeys(NEARNESS)
    ratio = Nearness(**record.nearness).ratio
    return {"copies": record.nearness["copies"], "nearness": ratio if math.isfinite(ratio) else None}


def per_class_frame(parts: list[pd.DataFrame | None]) -> pd.DataFrame:
    """Join the rows of all cells, columns as PER_CLASS_COLUMNS."""
    there = [part for part in parts if part is not None]
    if not there:
        return pd.DataFrame(columns=list(PER_CLASS_COLUMNS))
    frame = pd.concat(there, ignore_index=True)
    numbers = ["support", "ap", "recall", "precision", "f1", "recall_balanced", "recall_own", "bias"]
    frame[numbers] = frame[numbers].astype(np.float64)
    return frame


def write_frames(frames: Frames, folder: Path, mark: str = "") -> Frames:
    """Write both tables, each to a temporary file that is then renamed, and return them as read back.

    With a `mark`, which stands for their inputs, a file beside them records it and their checksums. Raises StoreError
    where a table can't be written.
    """
    write_text(folder / MARK, "{}")
    for name, frame in zip(TABLES, (frames.cells, frames.per_class), strict=True):
        beside = folder / f".{name}-{os.getpid()}"
        try:
            frame.to_parquet(beside, index=False)
            beside.replace(folder / name)
        except OSError as error:
            raise StoreError(f"can't write {folder / name}: {error.strerror or error}") from error
    if mark:
        write_text(folder / MARK, json.dumps({"mark": mark} | _checksums(folder)))
    written = read_frames(folder)
    assert written is not None
    return written


def kept_frames(folder: Path, mark: str) -> Frames | None:
    """Return the tables of a folder if they are complete and their recorded mark is `mark`, else None."""
    try:
        said = json.loads((folder / MARK).read_text())
        return read_frames(folder) if said == {"mark": mark} | _checksums(folder) else None
    except (OSError, ValueError, StoreError):
        return None


def _checksums(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def read_frames(folder: Path) -> Frames | None:
    """Return the tables of a run's folder as last written, or None where it has not been evaluated.

    Raises StoreError where they can't be read.
    """
    paths = [folder / name for name in TABLES]
    if not all(path.is_file() for path in paths):
        return None
    try:
        return Frames(*(pd.read_parquet(path) for path in paths))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the tables in {folder} can't be read: {error}; `longtail report` writes them again"
        ) from error
