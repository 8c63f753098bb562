"""Every metric by name: what it is called, where it stands, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Track = Literal["probability", "decision"]
Rule = Literal["", "shared", "balanced", "own"]


@dataclass(frozen=True)
class Metric:
    """A column of the cells table.

    `prior` is the one under which it is evaluated: natural, balanced, or raw (scores as the strategy gives them).
    `higher_is_better` is None for a log of predicted over observed, where 0 is best.
    `rule` says what a decision metric decides by. shared: the same validation-fitted offsets for every strategy;
    balanced: argmax of scores converted to the balanced prior; own: the strategy's own decisions.
    `bounded`: nothing beats the `bayes-limit` row in it. Elsewhere that row is what the rule which is best in the mean
    over classes gives: another rule may find more of the tail, at the head's cost.
    """

    name: str
    label: str
    track: Track
    higher_is_better: bool | None
    unit: str
    prior: str
    rule: Rule = ""
    primary: bool = False
    meaning: str = ""
    bounded: bool = False


_BOUNDED = frozenset(
    {
        "ap",
        "ap_balanced",
        "ap_raw",
        "ap_head",
        "ap_medium",
        "ap_tail",
        "ap_warm",
        "ap_cold",
        "roc_auc",
        "log_loss",
        "brier",
    }
    | {"excess_log_loss", "f1", "f1_own", "balanced_accuracy", "balanced_accuracy_own"}
)


def _probability(name: str, label: str, better: bool | None, unit: str, meaning: str, prior: str = "natural") -> Metric:
    return Metric(name, label, "probability", better, unit, prior, "", name == "ap", meaning, name in _BOUNDED)


def _decision(name: str, label: str, rule: Rule, meaning: str) -> Metric:
    prior = "balanced" if rule == "balanced" else "natural"
    return Metric(name, label, "decision", True, "share", prior, rule, name == "f1", meaning, name in _BOUNDED)


_PREDICTED = "log of predicted over observed rows, summed over the band: 0 is right, .69 twice too many"
_ALL = (
    _probability(
        "ap", "AP", True, "share", "average precision of the rarer of two classes, mean over classes for more"
    ),
    _probability("ap_balanced", "AP, balanced", True, "share", "as AP, with classes equally frequent", "balanced"),
    _probability("ap_raw", "AP, raw scores", True, "share", "as AP, scores not converted to the natural prior", "raw"),
    _probability("ap_head", "AP, head", True, "share", "mean AP of the head's classes"),
    _probability("ap_medium", "AP, medium", True, "share", "mean AP of the medium band's classes"),
    _probability("ap_tail", "AP, tail", True, "share", "mean AP of the tail's classes"),
    _probability(
        "ap_pooled", "AP, pooled rare classes", True, "share", "AP of the classes with too few test rows, as one"
    ),
    _probability("ap_warm", "AP, known users", True, "share", "AP on rows of users that have training rows"),
    _probability("ap_cold", "AP, new users", True, "share", "AP on rows of users that have none"),
    _probability("roc_auc", "ROC AUC", True, "share", "of the rarer of two classes, mean over classes for more"),
    _probability("log_loss", "Log loss", False, "nats", "mean negative log-probability of the label"),
    _probability("excess_log_loss", "Excess log loss", False, "nats", "log loss over the Bayes limit's"),
    _probability("brier", "Brier score", False, "squared", "mean squared difference of probabilities and label"),
    _probability(
        "calibration_error", "Calibration error", False, "share", "root mean square of predicted less observed"
    ),
    _probability("calibration_head", "Bias, head", None, "log ratio", _PREDICTED),
    _probability("calibration_medium", "Bias, medium", None, "log ratio", _PREDICTED),
    _probability("calibration_tail", "Bias, tail", None, "log ratio", _PREDICTED),
    _decision("f1", "Macro F1", "shared", "mean F1 of classes, decided by the same validation-fitted offsets for all"),
    _decision("f1_own", "Macro F1, own", "own", "mean F1 of classes, decided as the strategy decides"),
    _decision("mcc", "MCC", "shared", "Matthews correlation"),
    _decision("accuracy", "Accuracy", "shared", "share of rows decided right"),
    _decision("balanced_accuracy", "Balanced accuracy", "balanced", "mean recall of classes"),
    _decision("balanced_accuracy_own", "Balanced accuracy, own", "own", "mean recall of classes"),
    _decision("g_mean", "G-mean", "balanced", "geometric mean of recalls"),
    _decision("worst_recall", "Worst recall", "balanced", "recall of the class that is found least"),
    _decision("recall_head", "Recall, head", "balanced", "mean recall of the head's classes"),
    _decision("recall_medium", "Recall, medium", "balanced", "mean recall of the medium band's classes"),
    _decision("recall_tail", "Recall, tail", "balanced", "mean recall of the tail's classes"),
    _decision("recall_head_own", "Recall, head, own", "own", "mean recall of the head's classes"),
    _decision("recall_medium_own", "Recall, medium, own", "own", "mean recall of the medium band's classes"),
    _decision("recall_tail_own", "Recall, tail, own", "own", "mean recall of the tail's classes"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
"""In the order in which tables show them."""
PRIMARY = tuple(metric.name for metric in _ALL if metric.primary)
