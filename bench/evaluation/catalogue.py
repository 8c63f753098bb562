"""Catalogue of metrics, one entry per metric: its name, its computation, its prior and rule, and which way is better.

A metric is a function of a cell's `Judgement`. Small functions build the metrics that exist per band, user group or
decision rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from longtail.bench.evaluation.bands import BANDS
from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.labels import LEAST_POSITIVES
from longtail.bench.evaluation.metrics import calibration, decisions, losses, ranking
from longtail.bench.evaluation.metrics.weights import Doubles, balanced

Track = Literal["probability", "decision"]
Rule = Literal["", "shared", "balanced", "own"]
Measure = Callable[[Judgement], float]


@dataclass(frozen=True)
class Metric:
    """A column of the cells table; `of` computes its value, NaN where it is not defined.

    `prior` is the one under which it is evaluated: natural, balanced, or raw (scores as the strategy returns them).
    `higher_is_better` is None for a log of predicted over observed, where 0 is best.
    `rule` names the decisions of a decision metric. shared: offsets fitted on validation rows by one procedure for
    every strategy; balanced: argmax of scores converted to the balanced prior; own: the strategy's own decisions.
    `bounded`: no model beats the `bayes-limit` row in this metric. In other metrics that row shows the rule which is
    best on average over classes: another rule may find more of the tail, at the head's cost.
    `rope` is the half-width of the differences that do not matter, for a metric without a meaningful reference; None:
    .01 for decisions, 5 % of what there is to gain for probabilities. `gains_as` is the metric by whose references that
    gain is measured, by default its own.
    """

    name: str
    label: str
    of: Measure
    meaning: str
    track: Track = "probability"
    higher_is_better: bool | None = True
    unit: str = "share"
    prior: str = "natural"
    rule: Rule = ""
    primary: bool = False
    bounded: bool = False
    rope: float | None = None
    gains_as: str = ""


def _by_name(metrics: Iterable[Metric]) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for metric in metrics:
        if metric.name in found:
            raise ValueError(f"two metrics are called {metric.name}; each needs a name of its own")
        found[metric.name] = metric
    return found


def _band(name: str) -> Metric:
    """Build the metric of average precision over one band."""
    meaning = f"mean AP of the {name}'s classes" if name != "medium" else "mean AP of the medium band's classes"
    return Metric(f"ap_{name}", f"AP, {name}", lambda j: j.labels.by_band(j.ap)[name], meaning, bounded=True)


def _users(name: str, label: str, meaning: str, known: bool) -> Metric:
    """Build the metric of average precision on rows of users with training rows, or of users without."""
    return Metric(name, label, lambda j: _ap_of_users(j, known), meaning, bounded=True)


def _bias(name: str) -> Metric:
    """Build the metric of predicted over observed rows of one band."""

    def of(j: Judgement) -> float:
        inside = np.array(j.labels.bands) == name
        return calibration.log_bias(j.predicted[inside].sum(), j.observed[inside].sum())

    meaning = "log of predicted over observed rows, summed over the band: 0 is exact, .69 is twice too many"
    return Metric(
        f"calibration_{name}", f"Bias, {name}", of, meaning, higher_is_better=None, unit="log ratio", rope=0.1
    )


def _decision(name: str, label: str, rule: Rule, of: Measure, meaning: str, *, bounded: bool = False) -> Metric:
    """Build a metric of decisions by one rule."""
    prior = "balanced" if rule == "balanced" else "natural"
    return Metric(name, label, of, meaning, "decision", True, "share", prior, rule, name == "f1", bounded)


def _recall(name: str, rule: Literal["balanced", "own"]) -> Metric:
    """Build the metric of recall over one band."""
    meaning = f"mean recall of the {name}'s classes" if name != "medium" else "mean recall of the medium band's classes"
    if rule == "own":
        return _decision(
            f"recall_{name}_own",
            f"Recall, {name}, own",
            rule,
            lambda j: j.labels.by_band(j.own_recalls)[name],
            meaning,
        )
    return _decision(
        f"recall_{name}", f"Recall, {name}", rule, lambda j: j.labels.by_band(j.even_recalls)[name], meaning
    )


def _ap_balanced(j: Judgement) -> float:
    return j.labels.mean(ranking.average_precisions(j.balanced, balanced(j.labels.weights)))


def _ap_pooled(j: Judgement) -> float:
    """Return the AP of the too rare classes, pooled: their probabilities are summed; NaN where no class is pooled."""
    labels = j.labels
    if not labels.pooled.any():
        return float("nan")
    score = np.exp(j.natural[:, labels.pooled]).sum(axis=1)
    positive = labels.weights[:, labels.pooled].sum(axis=1)
    return ranking.average_precision(ranking.ranking(score), positive, labels.weights.sum(axis=1))


def _ap_of_users(j: Judgement, known: bool) -> float:
    """Return the AP on rows of known or of new users; NaN where users are not known or no class has enough rows."""
    labels, warm = j.labels, j.labels.truth.warm_test
    if warm is None:
        return float("nan")
    rows = warm if known else ~warm
    weights = labels.weights[rows]
    enough = labels.scored & (weights.sum(axis=0) >= (1 if labels.soft else LEAST_POSITIVES))
    if len(labels.bands) == 2:
        enough &= np.arange(2) == labels.rarer
    return float(ranking.average_precisions(j.natural[rows], weights)[enough].mean()) if enough.any() else float("nan")


def _excess_log_loss(j: Judgement) -> float:
    if not j.labels.soft:
        return float("nan")
    best = np.log(np.maximum(j.labels.limit, 1e-30))
    return j.log_loss - losses.log_loss(best, j.labels.weights)


def _g_mean(j: Judgement) -> float:
    return decisions.g_mean(j.even_recalls[j.labels.scored])


def _worst(j: Judgement) -> float:
    scored: Doubles = j.even_recalls[j.labels.scored]
    return float(scored.min()) if len(scored) else float("nan")


METRICS = _by_name(
    (
        Metric(
            "ap",
            "AP",
            lambda j: j.labels.mean(j.ap),
            "average precision of the rarer of two classes, mean over classes for more",
            primary=True,
            bounded=True,
        ),
        Metric(
            "ap_balanced",
            "AP, balanced",
            _ap_balanced,
            "as AP, with classes equally frequent",
            prior="balanced",
            bounded=True,
        ),
        Metric(
            "ap_raw",
            "AP, raw scores",
            lambda j: j.labels.mean(ranking.average_precisions(j.raw, j.labels.weights)),
            "as AP, scores not converted to the natural prior",
            prior="raw",
            bounded=True,
        ),
        *(_band(band) for band in BANDS),
        Metric("ap_pooled", "AP, pooled rare classes", _ap_pooled, "AP of the classes with too few test rows, pooled"),
        _users("ap_warm", "AP, known users", "AP on rows of users that have training rows", True),
        _users("ap_cold", "AP, new users", "AP on rows of users that have no training rows", False),
        Metric(
            "roc_auc",
            "ROC AUC",
            lambda j: j.labels.mean(j.auc),
            "of the rarer of two classes, mean over classes for more",
            bounded=True,
        ),
        Metric(
            "log_loss",
            "Log loss",
            lambda j: j.log_loss,
            "mean negative log-probability of the label",
            higher_is_better=False,
            unit="nats",
            bounded=True,
        ),
        Metric(
            "excess_log_loss",
            "Excess log loss",
            _excess_log_loss,
            "log loss over the Bayes limit's",
            higher_is_better=False,
            unit="nats",
            bounded=True,
            gains_as="log_loss",
        ),
        Metric(
            "brier",
            "Brier score",
            lambda j: losses.brier(j.natural, j.labels.weights),
            "mean squared difference of probabilities and label",
            higher_is_better=False,
            unit="squared",
            bounded=True,
        ),
        Metric(
            "calibration_error",
            "Calibration error",
            lambda j: calibration.calibration_error(j.natural, j.labels.weights),
            "root mean square of predicted less observed",
            higher_is_better=False,
            rope=0.005,
        ),
        *(_bias(band) for band in BANDS),
        _decision(
            "f1",
            "Macro F1",
            "shared",
            lambda j: j.labels.macro(decisions.f1_scores(j.shared)),
            "mean F1 of classes, decided by the same validation-fitted offsets for all",
            bounded=True,
        ),
        _decision(
            "f1_own",
            "Macro F1, own",
            "own",
            lambda j: j.labels.macro(decisions.f1_scores(j.own)),
            "mean F1 of classes, decided as the strategy decides",
            bounded=True,
        ),
        _decision("mcc", "MCC", "shared", lambda j: decisions.matthews(j.shared), "Matthews correlation"),
        _decision(
            "accuracy", "Accuracy", "shared", lambda j: decisions.accuracy(j.shared), "share of correct decisions"
        ),
        _decision(
            "balanced_accuracy",
            "Balanced accuracy",
            "balanced",
            lambda j: j.labels.macro(j.even_recalls),
            "mean recall of classes",
            bounded=True,
        ),
        _decision(
            "balanced_accuracy_own",
            "Balanced accuracy, own",
            "own",
            lambda j: j.labels.macro(j.own_recalls),
            "mean recall of classes",
            bounded=True,
        ),
        _decision("g_mean", "G-mean", "balanced", _g_mean, "geometric mean of recalls"),
        _decision("worst_recall", "Worst recall", "balanced", _worst, "recall of the class with the lowest recall"),
        *(_recall(band, "balanced") for band in BANDS),
        *(_recall(band, "own") for band in BANDS),
    )
)
"""metrics by name, in the order of the tables"""
PRIMARY = tuple(name for name, metric in METRICS.items() if metric.primary)
