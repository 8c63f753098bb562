"""What a cell leaves, and the store that keeps it: whole or absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["done", "failed", "timeout", "out_of_memory", "not_applicable", "interrupted"]
STATUSES: tuple[Status, ...] = ("done", "failed", "timeout", "out_of_memory", "not_applicable", "interrupted")


@dataclass(frozen=True)
class Record:
    """record.json: plain JSON values only. Times in seconds, memory in bytes, rows per class as lists of K."""

    cell: str
    identity: dict[str, Any]
    fingerprint: str
    status: Status
    reason: str = ""
    """a sentence, for every status but done"""
    truth: str = ""
    """key of the labels that the scores belong to"""
    costs: dict[str, Any] = field(default_factory=dict)
    """seconds_encode, _resample, _fit, _validate, _calibrate, _predict; seconds_shared, of neighbours that another fit
    found, and part of seconds_total; seconds_observed, of looking at resampled rows, which is not; seconds_process and
    cpu_seconds, of the whole process; latency_ms (per 1,000 rows); fits; unconverged; rows_before, rows_after (K,);
    optimiser_steps; peak_bytes, added_bytes, gpu_bytes; exclusive (bool)"""
    natural_prior: list[float] = field(default_factory=list)
    """class probabilities in the training rows, (K,)"""
    declared_prior: list[float] | None = None
    """class probabilities that the scores refer to, (K,); None: fit offsets on validation rows"""
    calibrated: bool = False
    decided: bool = False
    """whether the strategy has a decision of its own"""
    nearness: dict[str, float] = field(default_factory=dict)
    """of synthetic rows to real ones: drawn, real, copies (bench/evaluation/nearness.py); empty where none were
    added, and in records from before this was measured"""
    provenance: dict[str, Any] = field(default_factory=dict)
    """started, host, cpu, device, python, packages, commit, dirty"""


@dataclass(frozen=True, eq=False)
class CellScores:
    """scores.npz: log-probabilities (n, K) float32 as the strategy gives them (after its `calibrate`, if any)."""

    valid: NDArray[np.float32]
    test: NDArray[np.float32]
    valid_decision: NDArray[np.int64]
    test_decision: NDArray[np.int64]
    """the strategy's own decisions (n,): argmax of its `decide`, else of its scores"""


@dataclass(frozen=True, eq=False)
class Truth:
    """truth.npz, once per (dataset, seed): what scores are held against."""

    classes: tuple[str, ...]
    train_counts: NDArray[np.int64]
    """(K,) rows trained on, before any resampling, validation rows not counted"""
    spec_priors: NDArray[np.float64] | None
    """(K,) generated data: the spec's class probabilities"""
    y_valid: NDArray[np.int64]
    y_test: NDArray[np.int64]
    posterior_test: NDArray[np.floating] | None = None
    """(n, K) P(y | what a model can see)"""
    groups_test: NDArray[np.int64] | None = None
    warm_test: NDArray[np.bool_] | None = None
    """(n,) whether the row's user has training rows"""
    rows_test: NDArray[np.int64] | None = None
    """(n,) real data: places of the test rows in the dataset, by which test sets of several seeds overlap"""
    frozen_test: NDArray[np.floating] | None = None
    """(n, K) `posterior_test` if drift had stopped with the last training row, where there is drift"""
