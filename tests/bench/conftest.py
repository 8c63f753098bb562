"""Runs made of simulated scores, and tables written by hand, for tests of what is computed from records."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from longtail.bench.cells import Cell
from longtail.bench.evaluation.frames import LISTS, Frames, cells_frame, per_class_frame
from longtail.bench.records import CellScores, Record, Truth
from longtail.bench.runs import Planned, Run
from longtail.bench.store import Store
from longtail.bench.suite import Suite


def simulated(classes: int, rows: int, seed: int, prior: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A posterior (n, K) and labels (n,) drawn from it."""
    rng = np.random.default_rng(seed)
    prior = np.arange(1, classes + 1.0) ** -2 if prior is None else prior
    posterior = np.exp(log_softmax(rng.normal(0, 1.5, (rows, classes)) + np.log(prior), axis=1))
    y = (posterior.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    return posterior, y.astype(np.int64)


def truth_of(classes: int, seed: int, generated: bool, rows: int = 400) -> tuple[Truth, np.ndarray]:
    """Labels and the posterior of validation and test rows together."""
    posterior, y = simulated(classes, 2 * rows, seed)
    prior = posterior.mean(axis=0)
    truth = Truth(
        classes=tuple(f"class {index}" for index in range(classes)),
        train_counts=np.round(1000 * prior).astype(np.int64),
        spec_priors=prior if generated else None,
        y_valid=y[:rows],
        y_test=y[rows:],
        posterior_test=posterior[rows:] if generated else None,
        groups_test=np.arange(rows) // 2,
        warm_test=np.arange(rows) % 3 > 0,
    )
    return truth, posterior


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """Makes a run in tmp_path: `strategies` maps a name to the noise in its scores, so more is worse."""

    def make(
        strategies: dict[str, float],
        *,
        seeds: tuple[int, ...] = (0, 1, 2),
        classes: int = 3,
        generated: bool = True,
        code: str = "code",
        statuses: dict[tuple[str, int], str] | None = None,
        name: str = "tiny",
        seconds: float = 1.0,
    ) -> Run:
        store, planned = Store(tmp_path), []
        for seed in seeds:
            truth, posterior = truth_of(classes, seed, generated)
            key = store.write_truth(truth)
            for strategy, noise in strategies.items():
                cell = Cell("toy", strategy, "logistic", seed)
                planned.append(Planned(cell, code, None, 1.0, "family", generated))
                status: Any = (statuses or {}).get((strategy, seed), "done")
                scores = _scores(posterior, noise, seed)
                record = _record(cell, code, status, key, truth, seconds)
                store.write(record, scores if status == "done" else None, None)
        suite = Suite(
            name=name,
            datasets=["toy"],
            pairs=[{"strategies": list(strategies), "learners": ["logistic"]}],  # type: ignore[list-item]
            seeds=list(seeds),
        )
        state = {"status": "finished", "command": "", "machine": "", "commit": code}
        return Run.create(tmp_path, suite, tuple(planned), state)

    return make


def _scores(posterior: np.ndarray, noise: float, seed: int) -> CellScores:
    rng = np.random.default_rng(seed + 1000)
    logits = log_softmax(np.log(posterior) + noise * rng.normal(size=posterior.shape), axis=1).astype(np.float32)
    half = len(logits) // 2
    valid, test = logits[:half], logits[half:]
    return CellScores(valid, test, valid.argmax(axis=1), test.argmax(axis=1))


def _record(cell: Cell, code: str, status: Any, key: str, truth: Truth, seconds: float) -> Record:
    prior = [float(p) for p in truth.train_counts / truth.train_counts.sum()]
    costs = {"seconds_total": seconds, "rows_before": truth.train_counts.tolist(), "exclusive": False}
    reason = "" if status == "done" else "it broke"
    return Record(cell.id, cell.identity, code, status, reason, key, costs, prior, prior)


@pytest.fixture
def table() -> Callable[[list[dict[str, Any]]], Frames]:
    """Makes frames from rows of the cells table, the columns that matter given."""

    def make(rows: list[dict[str, Any]]) -> Frames:
        given = {
            "generated": True,
            "family": "family",
            "learner": "logistic",
            "device": "cpu",
            "status": "done",
            "reason": "",
            "reference": False,
            **dict.fromkeys(LISTS),
        }
        return Frames(cells_frame([given | row for row in rows]), per_class_frame([]))

    return make


@pytest.fixture
def seeded(table: Callable[[list[dict[str, Any]]], Frames]) -> Callable[..., Frames]:
    """Makes frames from {(dataset, strategy): values by seed}, with references where they are given."""

    def make(
        values: dict[tuple[str, str], list[float]],
        metric: str = "f1",
        references: dict[str, float] | None = None,
        **more: Any,
    ) -> Frames:
        rows: list[dict[str, Any]] = [
            {"dataset": dataset, "strategy": strategy, "seed": seed, metric: value, **more}
            for (dataset, strategy), scores in values.items()
            for seed, value in enumerate(scores)
        ]
        for dataset in {dataset for dataset, _ in values}:
            rows += [
                {
                    "dataset": dataset,
                    "strategy": name,
                    "learner": "reference",
                    "reference": True,
                    "seed": 0,
                    metric: value,
                }
                for name, value in (references or {}).items()
            ]
        return table(rows)

    return make


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow's with longtail's experiment in it, made once: it takes seconds."""
    from longtail.bench.publishing.place import sqlite
    from longtail.bench.publishing.tracking import Tracker

    database = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    Tracker(sqlite(database))
    return database


@pytest.fixture
def database(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of MLflow's as longtail leaves it in a new folder of runs, here tmp_path."""
    import shutil
    import sqlite3

    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    path = tmp_path / "mlflow.db"
    shutil.copyfile(migrated, path)
    with sqlite3.connect(path) as connection:
        location = (tmp_path / "mlflow-artifacts").as_uri()
        connection.execute("UPDATE experiments SET artifact_location = ? WHERE name = 'longtail'", [location])
    connection.close()
    return path
