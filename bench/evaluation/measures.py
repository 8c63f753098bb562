"""All metrics of one cell, and its table with one row per class."""

from __future__ import annotations

from typing import Any

import numpy as np

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.metrics import calibration, decisions


def measure(judged: Judgement) -> tuple[dict[str, float], dict[str, list[Any]]]:
    """Return every metric of the catalogue by name, and the columns of the per-class table (see `per_class`)."""
    return {name: metric.of(judged) for name, metric in METRICS.items()}, per_class(judged)


def per_class(judged: Judgement) -> dict[str, list[Any]]:
    """Return the columns of the per-class table, each (K,)."""
    labels, truth = judged.labels, judged.labels.truth
    bias = [calibration.log_bias(*pair) for pair in zip(judged.predicted, judged.observed, strict=True)]
    columns: dict[str, Any] = {
        "class_index": np.arange(len(judged.ap)),
        "class_name": np.array(truth.classes, dtype=object),
        "band": np.array(labels.bands, dtype=object),
        "rank": labels.rank,
        "train_count": truth.train_counts,
        "support": judged.observed,
        "scored": labels.scored,
        "ap": judged.ap,
        "recall": decisions.recalls(judged.shared),
        "precision": decisions.precisions(judged.shared),
        "f1": decisions.f1_scores(judged.shared),
        "recall_balanced": judged.even_recalls,
        "recall_own": judged.own_recalls,
        "bias": np.array(bias),
    }
    return {name: values.tolist() for name, values in columns.items()}
