"""Evaluation of records into the tables on which reports and comparisons are based; a pure function of the scores."""

from __future__ import annotations

import ast
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from longtail.bench.cells import digest
from longtail.bench.errors import StoreError
from longtail.bench.evaluation import bootstrap
from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.decision_rule import decision_offsets
from longtail.bench.evaluation.frames import (
    COSTS,
    NEARNESS,
    PER_CLASS_COLUMNS,
    Frames,
    cells_frame,
    kept_frames,
    nearness_columns,
    per_class_frame,
    write_frames,
)
from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.measures import measure
from longtail.bench.evaluation.metrics.weights import Doubles, Ints
from longtail.bench.evaluation.references import references
from longtail.bench.priors import fit_offsets, moved_by, to_prior
from longtail.bench.records import CellScores, Record, Truth
from longtail.bench.runs import Planned, Run
from longtail.bench.sources import source_text
from longtail.bench.store import Store, write_text


@dataclass(frozen=True)
class Settings:
    """Settings on which metrics depend, besides scores and labels."""

    cuts: Cuts = field(default_factory=Cuts)

    @staticmethod
    def of(run: Run) -> Settings:
        return Settings(Cuts(run.suite.bands.head, run.suite.bands.tail))

    @property
    def hash(self) -> str:
        """Return the hash of the settings and of the evaluation source."""
        return digest([asdict(self), source_hash()], 16)


@cache
def source_hash() -> str:
    """Hash the syntax trees of this folder and of `priors`: docstrings, comments and formatting do not count."""
    bench = Path(str(resources.files("longtail.bench")))
    paths = [bench / "priors.py", *sorted((bench / "evaluation").rglob("*.py"))]
    trees = [source_text(ast.parse(path.read_text())) for path in paths]
    return hashlib.sha256("\n".join(trees).encode()).hexdigest()


def natural_scores(record: Record, scores: CellScores, truth: Truth) -> tuple[Doubles, Doubles, str]:
    """Return validation and test scores (n, K) under the natural prior, and how they were converted.

    Scores of a calibrated strategy already refer to it; scores with a declared prior are converted by formula; for all
    others, offsets are fitted on validation rows.
    """
    prior = natural_prior(record, truth)
    if record.calibrated:
        return to_prior(scores.valid, prior, prior), to_prior(scores.test, prior, prior), "calibrated"
    if record.declared_prior is not None:
        declared = np.asarray(record.declared_prior)
        return to_prior(scores.valid, declared, prior), to_prior(scores.test, declared, prior), "declared prior"
    offsets = fit_offsets(scores.valid, truth.y_valid, prior)
    return moved_by(scores.valid, offsets), moved_by(scores.test, offsets), "fitted offsets"


def natural_prior(record: Record, truth: Truth) -> Doubles:
    """Return the class probabilities (K,) in the training rows."""
    given = np.asarray(record.natural_prior or truth.train_counts, np.float64)
    return np.asarray(given / given.sum(), np.float64)


def judged(record: Record, scores: CellScores, labels: Labels) -> tuple[Judgement, Ints, str]:
    """Return the judgement of a cell, its shared decisions (n,), and how its scores were converted."""
    valid, test, how = natural_scores(record, scores, labels.truth)
    shared = (test + decision_offsets(valid, labels.truth.y_valid)).argmax(axis=1).astype(np.int64)
    prior = natural_prior(record, labels.truth)
    return Judgement.of(labels, scores.test.astype(np.float64), test, prior, shared, scores.test_decision), shared, how


def evaluate_record(store: Store, record: Record, settings: Settings) -> dict[str, Any]:
    """Return `metrics`, `facts`, `per_class` and `replicates` of a done cell, as JSON values.

    Raises StoreError where its scores or labels can't be read.
    """
    return evaluate_scores(record, store.scores(record), labels_of(store, record.truth, settings.cuts))


def evaluate_scores(record: Record, scores: CellScores, labels: Labels) -> dict[str, Any]:
    """Return the same as `evaluate_record`, from scores and labels in memory."""
    found, shared, how = judged(record, scores, labels)
    metrics, per_class = measure(found)
    drawn = bootstrap.replicates(labels, found.natural, shared)
    facts = labels.facts | {"converted_by": how}
    plain: dict[str, Any] = _plain({"metrics": metrics, "facts": facts, "per_class": per_class, "replicates": drawn})
    return plain


@lru_cache(maxsize=2)
def labels_of(store: Store, key: str, cuts: Cuts) -> Labels:
    """Return the labels under a key, which is their hash; the last two are cached, since cells come by block."""
    return Labels.of(store.truth(key), cuts)


def evaluated(store: Store, record: Record, settings: Settings) -> dict[str, Any]:
    """Return the evaluation of a done cell, from the file beside its record if it exists, else computed and saved."""
    path = store.path(record.cell, record.fingerprint) / f"metrics-{settings.hash}.json"
    return _kept(path, lambda: evaluate_record(store, record, settings))


def evaluated_references(store: Store, key: str, settings: Settings) -> dict[str, Any]:
    """Return the evaluation of the references of a (dataset, seed), by name; it is cached beside the labels."""
    path = store.root / "truth" / key / f"references-{settings.hash}.json"

    def compute() -> dict[str, Any]:
        labels = labels_of(store, key, settings.cuts)
        facts = labels.facts | {"converted_by": ""}
        found = {
            name: {"metrics": metrics, "facts": facts, "per_class": per_class}
            for name, (metrics, per_class) in references(labels).items()
        }
        plain: dict[str, Any] = _plain(found)
        return plain

    return _kept(path, compute)


def evaluate(run: Run, jobs: int = 1) -> Frames:
    """Return the tables of a run, as cells.parquet and per_class.parquet hold them.

    They are read if they are up to date and complete, else built and written; only new cells are computed. A record
    whose scores or labels can't be read has the status interrupted, and the sentence that names the file as reason.
    Raises StoreError where the tables can't be written.
    """
    settings, rows = Settings.of(run), run.records()
    mark = _mark(run, rows, settings)
    if (kept := kept_frames(run.path, mark)) is not None:
        return kept
    found = _all(run.store, [record for _, record in rows if record.status == "done"], settings, jobs)
    cells, per_class = [], []
    for planned, record in rows:
        known = found.get((record.cell, record.fingerprint), {})
        cells.append(_cell_row(planned, record, known, run.suite.baseline))
        per_class.append(_class_rows(cells[-1], known))
    for planned, record in _first_of_each_block(rows, found):
        for name, known in evaluated_references(run.store, record.truth, settings).items():
            cells.append(_reference_row(name, planned, record, known))
            per_class.append(_class_rows(cells[-1], known))
    broken = any("broken" in known for known in found.values())
    return write_frames(Frames(cells_frame(cells), per_class_frame(per_class)), run.path, "" if broken else mark)


def _mark(run: Run, rows: list[tuple[Planned, Record]], settings: Settings) -> str:
    """Hash everything on which the tables depend."""
    parts = [
        [p.cell.id, p.fingerprint, p.family, r.fingerprint, r.status, r.reason, str(r.provenance.get("started", ""))]
        for p, r in rows
    ]
    return digest([settings.hash, run.suite.baseline, parts])


def _all(store: Store, records: list[Record], settings: Settings, jobs: int) -> dict[tuple[str, str], dict[str, Any]]:
    def one(record: Record) -> dict[str, Any]:
        try:
            return evaluated(store, record, settings)
        except StoreError as error:
            return {"broken": str(error)}

    values = Parallel(n_jobs=jobs)(delayed(one)(record) for record in records) if jobs > 1 else map(one, records)
    return {(record.cell, record.fingerprint): value for record, value in zip(records, values, strict=True)}


def _first_of_each_block(
    rows: list[tuple[Planned, Record]], found: dict[tuple[str, str], Any]
) -> list[tuple[Planned, Record]]:
    """Return one readable done cell for each (dataset, seed); its labels are those of the block."""
    blocks: dict[tuple[str, int], tuple[Planned, Record]] = {}
    for planned, record in rows:
        if "metrics" in found.get((record.cell, record.fingerprint), {}):
            blocks.setdefault(planned.cell.block, (planned, record))
    return list(blocks.values())


def _cell_row(planned: Planned, record: Record, known: dict[str, Any], baseline: str) -> dict[str, Any]:
    cell, broken = planned.cell, known.get("broken")
    replicates = known.get("replicates") or {}
    return {
        "cell": cell.id,
        "fingerprint": record.fingerprint,
        "dataset": cell.dataset,
        "generated": planned.generated,
        "strategy": cell.strategy,
        "family": planned.family,
        "learner": cell.learner,
        "seed": cell.seed,
        "device": cell.device,
        "status": "interrupted" if broken else record.status,
        "reason": broken or record.reason,
        "stale": record.fingerprint != planned.fingerprint,
        "baseline": cell.strategy == baseline,
        "reference": False,
        "truth": record.truth,
        **{name: record.costs.get(name) for name in COSTS},
        **nearness_columns(record),
        **known.get("facts", {}),
        **known.get("metrics", {}),
        "ap_replicates": replicates.get("ap"),
        "f1_replicates": replicates.get("f1"),
    }


def _reference_row(name: str, planned: Planned, record: Record, known: dict[str, Any]) -> dict[str, Any]:
    cell = planned.cell
    return _cell_row(planned, record, known, "") | {
        "cell": f"reference-{digest([cell.dataset, cell.seed])}-{name}",
        "fingerprint": "",
        "strategy": name,
        "family": "reference",
        "learner": "reference",
        "stale": False,
        "reference": True,
        **dict.fromkeys((*COSTS, *NEARNESS)),
    }


def _class_rows(row: dict[str, Any], known: dict[str, Any]) -> pd.DataFrame | None:
    if "per_class" not in known:
        return None
    frame = pd.DataFrame(known["per_class"])
    for name in ("cell", "dataset", "strategy", "family", "learner", "seed"):
        frame[name] = row[name]
    return frame[list(PER_CLASS_COLUMNS)]


def _kept(path: Path, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Read a cached result; compute and save it where it is missing or damaged."""
    try:
        cached: dict[str, Any] = json.loads(path.read_text())
        return cached
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        value = compute()
    write_text(path, json.dumps(value, allow_nan=False))
    return value


def _plain(value: Any) -> Any:
    """Convert to JSON values; a number that is not finite becomes null."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
