"""All metrics of one cell, from its scores and the labels that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.bench.evaluation.bands import BANDS, Cuts, bands, ranks, size_counts
from longtail.bench.evaluation.conversion import to_prior
from longtail.bench.evaluation.metrics import calibration, decisions, losses, ranking
from longtail.bench.evaluation.metrics.labels import Doubles, Ints, balanced, one_hot
from longtail.bench.records import Truth

LEAST_POSITIVES = 10
"""test rows under which a class of real data leaves the macro averages and is pooled"""


@dataclass(frozen=True, eq=False)
class Labels:
    """What any scores of a (dataset, seed) are held against: nothing here depends on a strategy."""

    truth: Truth
    cuts: Cuts
    weights: Doubles
    """(n, K): the posterior, or one for the row's class"""
    bands: tuple[str, ...]
    rank: Ints
    scored: NDArray[np.bool_]
    """(K,) in the macro averages"""
    pooled: NDArray[np.bool_]
    """(K,) has test rows, but too few"""
    rarer: int
    """index of the least frequent class"""

    @staticmethod
    def of(truth: Truth, cuts: Cuts) -> Labels:
        soft = truth.posterior_test is not None
        classes = len(truth.classes)
        weights = np.asarray(truth.posterior_test, np.float64) if soft else one_hot(truth.y_test, classes)
        frequency = truth.train_counts if truth.spec_priors is None else truth.spec_priors
        support, rank = weights.sum(axis=0), ranks(frequency)
        enough = support > 0 if soft or classes == 2 else support >= LEAST_POSITIVES
        pooled = (support > 0) & ~enough
        return Labels(truth, cuts, weights, bands(frequency, cuts), rank, enough, pooled, int(rank.argmax()))

    @property
    def soft(self) -> bool:
        return self.truth.posterior_test is not None

    def mean(self, values: Doubles) -> float:
        """The figure that stands for all classes (K,): the rarer of two, the mean of those scored."""
        if len(values) == 2:
            return float(values[self.rarer])
        return self.macro(values)

    def macro(self, values: Doubles) -> float:
        """Mean over the classes that are scored; NaN where there are none."""
        return _mean(values[self.scored])

    def by_band(self, values: Doubles) -> dict[str, float]:
        """Mean over the scored classes of each band; NaN for an empty one."""
        band = np.array(self.bands)
        return {name: _mean(values[self.scored & (band == name)]) for name in BANDS}

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "classes": len(self.bands),
            "classes_scored": int(self.scored.sum()),
            "classes_pooled": int(self.pooled.sum()),
            "cut_head": self.cuts.head,
            "cut_tail": self.cuts.tail,
            "rows_train": int(self.truth.train_counts.sum()),
            "rows_test": len(self.weights),
            "posterior_weighted": self.soft,
        } | size_counts(self.truth.train_counts)


@dataclass(frozen=True, eq=False)
class Judged:
    """A cell's test scores as they are measured.

    Log-probabilities (n, K) as given (`raw`), under the natural and under the balanced prior; and confusion matrices
    (K, K) by decision rule.
    """

    raw: Doubles
    natural: Doubles
    balanced: Doubles
    shared: Doubles
    even: Doubles
    own: Doubles

    @staticmethod
    def of(labels: Labels, raw: Doubles, natural: Doubles, prior: Doubles, shared: Ints, own: Ints) -> Judged:
        """`prior` (K,) is what the natural scores refer to; `shared` and `own` are decisions (n,)."""
        even = to_prior(natural, prior, np.full(len(prior), 1 / len(prior)))
        tables = (decisions.confusion(labels.weights, chosen) for chosen in (shared, even.argmax(axis=1), own))
        return Judged(raw, natural, even, *tables)


def measure(labels: Labels, judged: Judged) -> tuple[dict[str, float], dict[str, list[Any]]]:
    """Every metric of the catalogue, and columns of the per-class table."""
    ap, auc = ranking.both(judged.natural, labels.weights)
    bias = np.array([calibration.log_bias(*pair) for pair in zip(*_sums(labels, judged), strict=True)])
    found = {
        "ap": labels.mean(ap),
        "ap_balanced": labels.mean(ranking.average_precisions(judged.balanced, balanced(labels.weights))),
        "ap_raw": labels.mean(ranking.average_precisions(judged.raw, labels.weights)),
        "roc_auc": labels.mean(auc),
        "ap_pooled": _pooled(labels, judged.natural),
        **{f"ap_{band}": value for band, value in labels.by_band(ap).items()},
        **_by_user(labels, judged.natural),
        **_probability(labels, judged),
        **_decision(labels, judged),
    }
    return found, _per_class(labels, judged, ap, bias)


def _probability(labels: Labels, judged: Judged) -> dict[str, float]:
    log_loss = losses.log_loss(judged.natural, labels.weights)
    predicted, observed = _sums(labels, judged)
    band = np.array(labels.bands)
    found = {
        "log_loss": log_loss,
        "excess_log_loss": log_loss - losses.entropy(labels.weights) if labels.soft else float("nan"),
        "brier": losses.brier(judged.natural, labels.weights),
        "calibration_error": calibration.calibration_error(judged.natural, labels.weights),
    }
    for name in BANDS:
        inside = band == name
        found[f"calibration_{name}"] = calibration.log_bias(predicted[inside].sum(), observed[inside].sum())
    return found


def _decision(labels: Labels, judged: Judged) -> dict[str, float]:
    even, own = decisions.recalls(judged.even), decisions.recalls(judged.own)
    return {
        "f1": labels.macro(decisions.f1_scores(judged.shared)),
        "f1_own": labels.macro(decisions.f1_scores(judged.own)),
        "mcc": decisions.matthews(judged.shared),
        "accuracy": decisions.accuracy(judged.shared),
        "balanced_accuracy": labels.macro(even),
        "balanced_accuracy_own": labels.macro(own),
        "g_mean": decisions.g_mean(even[labels.scored]),
        "worst_recall": float(even[labels.scored].min(initial=np.inf)) if labels.scored.any() else float("nan"),
        **{f"recall_{band}": value for band, value in labels.by_band(even).items()},
        **{f"recall_{band}_own": value for band, value in labels.by_band(own).items()},
    }


def _pooled(labels: Labels, natural: Doubles) -> float:
    """AP of the classes that are too rare, taken as one: their probabilities add up."""
    if not labels.pooled.any():
        return float("nan")
    score = np.exp(natural[:, labels.pooled]).sum(axis=1)
    positive = labels.weights[:, labels.pooled].sum(axis=1)
    return ranking.average_precision(ranking.ranking(score), positive, labels.weights.sum(axis=1))


def _by_user(labels: Labels, natural: Doubles) -> dict[str, float]:
    """AP on rows of known and of new users; NaN where users aren't told apart or hold too few rows of each class."""
    warm = labels.truth.warm_test
    found = dict.fromkeys(("ap_warm", "ap_cold"), float("nan"))
    if warm is None:
        return found
    for name, rows in (("ap_warm", warm), ("ap_cold", ~warm)):
        weights = labels.weights[rows]
        enough = labels.scored & (weights.sum(axis=0) >= (1 if labels.soft else LEAST_POSITIVES))
        if len(labels.bands) == 2:
            enough &= np.arange(2) == labels.rarer
        if enough.any():
            found[name] = float(ranking.average_precisions(natural[rows], weights)[enough].mean())
    return found


def _sums(labels: Labels, judged: Judged) -> tuple[Doubles, Doubles]:
    return np.exp(judged.natural).sum(axis=0), labels.weights.sum(axis=0)


def _per_class(labels: Labels, judged: Judged, ap: Doubles, bias: Doubles) -> dict[str, list[Any]]:
    truth = labels.truth
    columns: dict[str, Any] = {
        "class_index": np.arange(len(ap)),
        "class_name": np.array(truth.classes, dtype=object),
        "band": np.array(labels.bands, dtype=object),
        "rank": labels.rank,
        "train_count": truth.train_counts,
        "support": labels.weights.sum(axis=0),
        "scored": labels.scored,
        "ap": ap,
        "recall": decisions.recalls(judged.shared),
        "precision": decisions.precisions(judged.shared),
        "f1": decisions.f1_scores(judged.shared),
        "recall_balanced": decisions.recalls(judged.even),
        "recall_own": decisions.recalls(judged.own),
        "bias": bias,
    }
    return {name: values.tolist() for name, values in columns.items()}


def _mean(values: Doubles) -> float:
    return float(values.mean()) if len(values) else float("nan")
