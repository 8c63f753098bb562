"""Frames of a run that was never run: known effects, and names chosen to break the page."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from longtail.bench.cells import Cell, digest
from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.frames import PER_CLASS_COLUMNS, Frames, cells_frame
from longtail.bench.runs import Planned, Run
from longtail.bench.suite import suite_from
from longtail.bench.summary.view import View

BANDS = ("head", "medium", "tail")
EFFECTS = {"none": 0.0, "smote": -0.05, "balanced-softmax": 0.06, "focal-loss": 0.001, "near-miss": -0.2}
NAMES = ("<script>alert(1)</script>", "连衣裙", "$\\frac{1}{2}$", '"quoted" & plain')


class Made:
    """A run folder and frames as evaluation gives them; differences from the baseline are `effects` and noise."""

    def __init__(
        self, root: Path, datasets: dict[str, int], effects: dict[str, float], learners: tuple[str, ...], seeds: int
    ) -> None:
        self.effects = effects
        self.rng = np.random.default_rng(0)
        names = list(effects)
        suite = suite_from(
            {
                "name": "made",
                "datasets": list(datasets),
                "seeds": seeds,
                "pairs": [{"strategies": names, "learners": list(learners)}],
                "settings": [{"learner": learners[0], "parameters": {"epochs": 4}}],
            },
            "here",
        )
        keys = list(product(datasets.items(), names, learners, range(seeds)))
        planned = [self.planned(dataset, name, learner, seed) for (dataset, _), name, learner, seed in keys]
        self.run = Run.create(root, suite, tuple(planned), {"command": "longtail run made", "machine": {"cores": 2}})
        for dataset in datasets:
            self.card(root, dataset)
        rows = [
            self.row(cell, classes, learner) for cell, ((_, classes), _, learner, _) in zip(planned, keys, strict=True)
        ]
        parts = [self.classes(row) for row in rows if row["status"] == "done"]
        for dataset, classes in datasets.items():
            for name, seed in product(("prior", "bayes-limit"), range(seeds)):
                if name == "prior" or dataset != "zozo-click":
                    rows.append(self.reference(dataset, classes, name, seed))
                    parts.append(self.classes(rows[-1]))
        self.frames = Frames(cells_frame(rows), pd.concat(parts, ignore_index=True)[list(PER_CLASS_COLUMNS)])

    def planned(self, dataset: str, name: str, learner: str, seed: int) -> Planned:
        applicable = "near-miss needs numbers" if name == "near-miss" and learner == "gbdt" else None
        cell = Cell(dataset, name, learner, seed)
        return Planned(
            cell, "f" * 20, applicable, 1.0, "controls" if name == "none" else "losses", dataset != "zozo-click"
        )

    def card(self, root: Path, dataset: str) -> None:
        path = root / "cards" / f"{digest([dataset, {}])}.json"
        path.parent.mkdir(exist_ok=True)
        card: dict[str, Any] = dict.fromkeys(
            ("title", "row", "label", "source", "licence", "checksum"), f"of {dataset}"
        )
        path.write_text(json.dumps(card | {"traps": ["beware of <b>bold</b>"], "facts": {"imbalance": "208"}}))

    def row(self, planned: Planned, classes: int, learner: str) -> dict[str, Any]:
        cell = planned.cell
        real = cell.dataset == "zozo-click"
        failed = cell.strategy == "smote" and cell.dataset == "cat10" and cell.seed == 0
        status = "not_applicable" if planned.applicable else "timeout" if failed else "done"
        base = {
            "cell": cell.id,
            "fingerprint": planned.fingerprint,
            "dataset": cell.dataset,
            "generated": planned.generated,
            "strategy": cell.strategy,
            "family": planned.family,
            "learner": learner,
            "seed": cell.seed,
            "device": "cpu",
            "status": status,
            "reason": planned.applicable or ("longer than 60 s" if failed else ""),
            "stale": False,
            "baseline": cell.strategy == "none",
            "reference": False,
        }
        if status != "done":
            return base
        added = cell.strategy == "smote"
        noise = self.rng.normal(0, 0.002) * (15 if real else 1)
        effect = 0.0 if real else self.effects[cell.strategy]
        return (
            base
            | self.scores(0.3 + effect + noise + 0.005 * cell.seed, classes)
            | self.costs(cell.strategy, classes)
            | ({"copies": 0.1 * real, "nearness": 0.6 if classes == 2 else 3 / classes} if added else {})
        )

    def scores(self, value: float, classes: int) -> dict[str, Any]:
        found = dict.fromkeys(METRICS, value)
        if classes == 2:
            found |= {name: math.nan for name in METRICS if "medium" in name}
        facts = {
            "classes": classes,
            "classes_scored": classes,
            "rows_train": 8000,
            "rows_test": 20000,
            "cut_head": 0.5,
            "cut_tail": 0.2,
        }
        return found | {"recall_head": value + 0.4, "recall_tail": value - 0.1} | facts

    def costs(self, strategy: str, classes: int) -> dict[str, Any]:
        seconds = 1.0 + len(strategy) / 5
        parts = {f"seconds_{part}": seconds / 5 for part in ("encode", "resample", "fit", "calibrate", "predict")}
        before = [1000 // (k + 1) for k in range(classes)]
        after = before if strategy == "none" else [max(rows, 200) for rows in before]
        times = {"seconds_total": seconds, "cpu_seconds": seconds, "latency_ms": 3.0, "exclusive": False}
        return parts | times | {"peak_bytes": 3e8, "added_bytes": 1e7, "rows_before": before, "rows_after": after}

    def reference(self, dataset: str, classes: int, name: str, seed: int) -> dict[str, Any]:
        about = {
            "cell": f"reference-{dataset}-{seed}-{name}",
            "fingerprint": "",
            "dataset": dataset,
            "strategy": name,
            "seed": seed,
        }
        flags = {
            "generated": dataset != "zozo-click",
            "status": "done",
            "reason": "",
            "stale": False,
            "baseline": False,
        }
        scores = self.scores(0.5 if name == "bayes-limit" else 0.05, classes)
        return (
            about | flags | {"family": "reference", "learner": "reference", "device": "cpu", "reference": True} | scores
        )

    def classes(self, row: dict[str, Any]) -> pd.DataFrame:
        number = int(row["classes"])
        ranks = np.arange(1, number + 1)
        names = [NAMES[k] if k < len(NAMES) and number > 2 else f"class {k}" for k in range(number)]
        falling = np.linspace(0.3, -0.2, number) + float(row["ap"])
        frame = pd.DataFrame({"class_index": ranks - 1, "class_name": names, "rank": ranks})
        frame["band"] = [
            BANDS[0] if rank <= number // 3 or rank == 1 else BANDS[2] if rank > 2 * number // 3 else BANDS[1]
            for rank in ranks
        ]
        for name in ("cell", "dataset", "strategy", "family", "learner", "seed"):
            frame[name] = row[name]
        for name in ("ap", "recall", "precision", "f1", "recall_balanced", "recall_own"):
            frame[name] = falling
        return frame.assign(train_count=1000 // ranks, support=500 / ranks, scored=True, bias=0.1)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    datasets = {"ctr": 2, "cat10": 10, "cat50": 50, "zozo-click": 2}
    return Made(tmp_path_factory.mktemp("runs"), datasets, EFFECTS, ("mlp", "gbdt"), 3)


@pytest.fixture(scope="session")
def make() -> type[Made]:
    return Made


@pytest.fixture
def scaled(tmp_path: Path) -> View:
    """A run on datasets of two scales: .0495 to gain on ctr and .45 on cat10, of which `mixup` gains a fifth.

    `threshold` leaves AP and F1 exactly as they are.
    """
    made = Made(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0, "threshold": 0.0, "mixup": 0.0}, ("mlp", "gbdt"), 3)
    cells = made.frames.cells
    for dataset, prior, limit in (("ctr", 0.0005, 0.05), ("cat10", 0.05, 0.5)):
        here = cells["dataset"] == dataset
        for name, share in (("prior", 0.0), ("bayes-limit", 1.0), ("none", 0.4), ("threshold", 0.4), ("mixup", 0.6)):
            rows = here & (cells["strategy"] == name)
            cells.loc[rows, "ap"] = prior + (share + 0.001 * cells["seed"] * (name == "mixup")) * (limit - prior)
    plain = cells[cells["strategy"] == "none"].set_index(["dataset", "learner", "seed"])["f1"]
    for row in cells.index[cells["strategy"] == "threshold"]:
        cells.loc[row, "f1"] = plain[tuple(cells.loc[row, ["dataset", "learner", "seed"]])]
    return View(made.run, made.frames)


@pytest.fixture(scope="session")
def view(made: Made) -> View:
    return View(made.run, made.frames)
