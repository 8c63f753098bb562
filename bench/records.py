"""Results of a cell: its record, its scores, and the labels that they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["done", "failed", "timeout", "out_of_memory", "not_applicable", "interrupted"]
STATUSES: tuple[Status, ...] = ("done", "failed", "timeout", "out_of_memory", "not_applicable", "interrupted")


@dataclass(frozen=True)
class Record:
    """Content of record.json: plain JSON values. Times in seconds, memory in bytes, rows per class as lists of K."""

    cell: str
    identity: dict[str, Any]
    fingerprint: str
    status: Status
    reason: str = ""
    """sentence on why, for every status except done"""
    truth: str = ""
    """key of the labels that the scores refer to"""
    costs: dict[str, Any] = field(default_factory=dict)
    """seconds_encode, _resample, _fit, _validate, _calibrate, _predict; seconds_shared: for neighbours that another fit
    found, included in seconds_total; seconds_observed: for looks at resampled rows, not included; seconds_process and
    cpu_seconds of the whole process; latency_ms (per 1,000 rows); fits; unconverged; rows_before, rows_after (K,);
    optimiser_steps; peak_bytes, added_bytes, gpu_bytes; exclusive (bool)"""
    natural_prior: list[float] = field(default_factory=list)
    """class probabilities in the training rows, (K,)"""
    declared_prior: list[float] | None = None
    """class probabilities that the scores refer to, (K,); None where offsets must be fitted on validation rows"""
    calibrated: bool = False
    """true if the strategy itself maps scores to natural priors"""
    decided: bool = False
    """true if the strategy has a decision rule of its own"""
    nearness: dict[str, float] = field(default_factory=dict)
    """nearness of synthetic rows to real ones: drawn, real, copies (bench/evaluation/nearness.py); empty where no rows
    were added, and in records that are older than this measurement"""
    provenance: dict[str, Any] = field(default_factory=dict)
    """started, host, cpu, device, python, packages, commit, dirty"""


@dataclass(frozen=True, eq=False)
class CellScores:
    """Content of scores.npz: the strategy's log-probabilities (n, K) float32, after its `calibrate` if it has one."""

    valid: NDArray[np.float32]
    test: NDArray[np.float32]
    valid_decision: NDArray[np.int64]
    test_decision: NDArray[np.int64]
    """the strategy's own decisions (n,): the argmax of its `decide`, else of its scores"""


@dataclass(frozen=True, eq=False)
class Truth:
    """Content of truth.npz, one file per (dataset, seed): labels against which scores are evaluated."""

    classes: tuple[str, ...]
    train_counts: NDArray[np.int64]
    """(K,) training rows before any resampling, without validation rows"""
    spec_priors: NDArray[np.float64] | None
    """(K,) class probabilities of the spec, for generated data"""
    y_valid: NDArray[np.int64]
    y_test: NDArray[np.int64]
    posterior_test: NDArray[np.floating] | None = None
    """(n, K) generated data: P(y | everything, the user's hidden type included), what each row counts as"""
    groups_test: NDArray[np.int64] | None = None
    warm_test: NDArray[np.bool_] | None = None
    """(n,) true if the row's user has training rows"""
    rows_test: NDArray[np.int64] | None = None
    """(n,) positions of the test rows in the dataset, for real data; they show how test sets of seeds overlap"""
    frozen_test: NDArray[np.floating] | None = None
    """(n, K) `limit_test` as if drift had stopped at the last training row, for data with drift"""
    limit_test: NDArray[np.floating] | None = None
    """(n, K) the best that anything can reach: P(y | what a model sees, labels of the user's training rows); None: as
    `posterior_test`"""
