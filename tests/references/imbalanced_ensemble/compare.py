"""Holds longtail's ensembles against those of imbalanced-ensemble: the same rows, tree and members; see README.md.

Four steps, `compare.py STEP FOLDER`: ours, theirs (with interpreters that have imbalanced-ensemble), rules, table.
Names of datasets after the folder restrict a step to these.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits, make_classification
from sklearn.metrics import average_precision_score
from sklearn.tree import DecisionTreeClassifier

SEEDS, MEMBERS, TRAIN, TEST = 20, 25, 5000, 6000
TREE = {"criterion": "log_loss", "max_depth": 8, "min_samples_leaf": 20}
"""the settings of the learner `tree`"""
SIDES = ("ours", "theirs", "rules")
HALF = 0.01
"""the interval of the mean difference should lie within as much of 0"""
STRATEGIES = {
    "self-paced-ensemble": "self-paced-ensemble(strength=1,floor=1)",
    "balance-cascade": "balance-cascade(strength=1,floor=1)",
    "smoteboost": "smoteboost(strength=1)",
    "adacost": "adacost(strength=1)",
    "under-bagging": "random-undersampling(strength=1,floor=1)+bagging",
}
DRAWS = {"self-paced-ensemble": 4, "balance-cascade": 10, "smoteboost": 2, "adacost": 10, "under-bagging": 4}
"""fits of one method on the rows of a seed, whose mean AP counts: more where the draw of members makes it vary"""
Rows = tuple[Any, Any, Any, Any]


def blobs(rng: np.random.Generator) -> Rows:
    """Two classes of 10 columns, 5 of which tell, a tenth rare and 1 % of labels wrong."""
    x, y = make_classification(
        TRAIN + TEST, 10, n_informative=5, weights=[0.9], class_sep=0.8, random_state=int(rng.integers(2**31))
    )
    return x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:]


def checkerboard(rng: np.random.Generator) -> Rows:
    """Sixteen normal clouds on a board, of alternate classes, 1 rare row to 10: the example of the self-paced paper."""
    y = (rng.random(TRAIN + TEST) < 1 / 11).astype(np.int64)
    row, half = rng.integers(4, size=len(y)), rng.integers(2, size=len(y))
    x = np.stack([row, 2 * half + (row + y) % 2], axis=1) + rng.normal(0, 0.1**0.5, (len(y), 2))
    return x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:]


def eights(rng: np.random.Generator) -> Rows:
    """Handwritten digits of 64 pixels: eights, a tenth, against the rest; two thirds to learn from."""
    x, digit = load_digits(return_X_y=True)
    order = rng.permutation(len(x))
    cut = 2 * len(x) // 3
    x, y = x[order], (digit[order] == 8).astype(np.int64)
    return x[:cut], y[:cut], x[cut:], y[cut:]


DATASETS = {"blobs": blobs, "checkerboard": checkerboard, "eights": eights}


def ours(folder: Path, datasets: list[str]) -> None:
    """Draw the rows and keep them, fit longtail's strategies with the learner `tree`, keep the average precisions."""
    import torch

    from longtail.bench.registry import learner_named, strategy_named
    from longtail.bench.training.fitting import fit_tables
    from longtail.strategies.table import Table

    folder.mkdir(parents=True, exist_ok=True)
    for name in datasets:
        found: dict[str, list[float]] = {method: [] for method in STRATEGIES}
        for seed in range(SEEDS):
            x, y, x_test, y_test = DATASETS[name](np.random.default_rng([seed, len(name)]))
            x, x_test = x.astype(np.float32), x_test.astype(np.float32)
            np.savez(folder / f"{name}-{seed}.npz", x=x, y=y, x_test=x_test, y_test=y_test)
            columns = (0,) * x.shape[1]
            train = Table(x, y.astype(np.int64), 2, columns, np.ones(len(x), np.float32))
            test = Table(x_test, np.zeros(len(x_test), np.int64), 2, columns, np.ones(len(x_test), np.float32))
            for method, text in STRATEGIES.items():
                learner = learner_named("tree", {"depth": TREE["max_depth"], "leaf": TREE["min_samples_leaf"]})
                # validation rows decide nothing here, so training rows stand in
                fits = [
                    fit_tables(strategy_named(text), learner, train, train, SEEDS * draw + seed, torch.device("cpu"))
                    for draw in range(DRAWS[method])
                ]
                reached = [average_precision_score(y_test, fitted.scores(test)[:, 1]) for fitted in fits]
                found[method].append(float(np.mean(reached)))
        (folder / f"ours-{name}.json").write_text(json.dumps(found))


def theirs(folder: Path, datasets: list[str]) -> None:
    """Fit imbalanced-ensemble's classifiers on the rows that were kept, and keep the average precisions.

    With a scikit-learn of 1.6 or newer its AdaCost is AdaBoost without any cost, so AdaCost is left to an older pair of
    both, and the others to the newer one: two calls with two interpreters fill one file.
    """
    import sklearn
    from imbens import ensemble

    old = tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 6)
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "self-paced-ensemble": ("SelfPacedEnsembleClassifier", {"k_bins": 20}),
        "balance-cascade": ("BalanceCascadeClassifier", {"replacement": False}),
        "smoteboost": ("SMOTEBoostClassifier", {"k_neighbors": 5}),
        "adacost": ("AdaCostClassifier", {"algorithm": "SAMME"}),
        "under-bagging": ("UnderBaggingClassifier", {}),
    }
    for name in datasets:
        file = folder / f"theirs-{name}.json"
        found: dict[str, list[float]] = json.loads(file.read_text()) if file.exists() else {}
        for method in [method for method in STRATEGIES if (method == "adacost") == old]:
            kind, given = kinds[method]
            found[method] = []
            for seed in range(SEEDS):
                rows = np.load(folder / f"{name}-{seed}.npz")
                reached = []
                for draw in range(DRAWS[method]):
                    tree = DecisionTreeClassifier(**TREE)
                    model = getattr(ensemble, kind)(tree, MEMBERS, random_state=SEEDS * draw + seed, **given)
                    scores = model.fit(rows["x"], rows["y"]).predict_proba(rows["x_test"])[:, 1]
                    reached.append(average_precision_score(rows["y_test"], scores))
                found[method].append(float(np.mean(reached)))
        file.write_text(json.dumps(found))


def rules(folder: Path, datasets: list[str]) -> None:
    """Run the library's departures from the papers, written out in departures.py, on the rows that were kept."""
    from departures import RULES

    for name in datasets:
        found: dict[str, list[float]] = {method: [] for method in RULES}
        for seed in range(SEEDS):
            rows = np.load(folder / f"{name}-{seed}.npz")
            for method, rule in RULES.items():
                rng = np.random.default_rng(seed)

                def fit(x: Any, y: Any, weight: Any, rng: np.random.Generator = rng) -> DecisionTreeClassifier:
                    tree = DecisionTreeClassifier(**TREE, random_state=int(rng.integers(2**31)))
                    return tree.fit(x, y, weight * len(x))

                given = rows["x"], rows["y"], rows["x_test"]
                scores = [rule(given, MEMBERS, fit, rng) for _ in range(DRAWS[method])]
                found[method].append(float(np.mean([average_precision_score(rows["y_test"], s) for s in scores])))
        (folder / f"rules-{name}.json").write_text(json.dumps(found))


def table(folder: Path, datasets: list[str]) -> None:
    """Pair the average precisions by seed and write numbers.json: means, mean difference, its 95 % t interval."""
    sides = {
        side: {name: json.loads((folder / f"{side}-{name}.json").read_text()) for name in datasets} for side in SIDES
    }
    rows = []
    for first, label in (("ours", "longtail"), ("rules", "the library's rule")):
        for method in STRATEGIES:
            for name in datasets:
                if method in sides[first][name]:
                    pair = [np.array(sides[side][name][method]) for side in (first, "theirs")]
                    rows.append({"method": method, "dataset": name, "by": label} | interval(*pair))
    text = ",\n".join(json.dumps(row) for row in rows)
    (Path(__file__).parent / "numbers.json").write_text(f"[\n{text}\n]\n")
    sys.stdout.write(text + "\n")


def interval(own: Any, theirs: Any) -> dict[str, float | bool]:
    """Means, the mean difference, its 95 % t interval, and whether this lies within HALF."""
    from scipy.stats import t

    difference = own - theirs
    half = float(t.ppf(0.975, SEEDS - 1) * difference.std(ddof=1) / SEEDS**0.5)
    low, high = float(difference.mean()) - half, float(difference.mean()) + half
    numbers = {"ap": own.mean(), "theirs": theirs.mean(), "difference": difference.mean(), "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in numbers.items()} | {"within": max(-low, high) <= HALF}


if __name__ == "__main__":
    start = time.perf_counter()
    step = {"ours": ours, "theirs": theirs, "rules": rules, "table": table}[sys.argv[1]]
    step(Path(sys.argv[2]), sys.argv[3:] or list(DATASETS))
    sys.stderr.write(f"{sys.argv[1]}: {time.perf_counter() - start:.0f} s\n")
