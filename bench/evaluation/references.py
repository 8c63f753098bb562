"""Rows that need no learner: class frequencies, and where the posterior is known the Bayes limit, for each metric.

Where the law drifts the limit knows it as it is on each test row's day; `bayes-limit-frozen` knows it as it was with
the last training row, which is as much as training rows can teach. Where labels are noisy both are of the labels on
which test rows are judged, noisy or clean as the dataset has it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.measures import measure
from longtail.bench.evaluation.metrics import decisions
from longtail.bench.evaluation.metrics.weights import Doubles, Ints

PRIOR, LIMIT, FROZEN = "prior", "bayes-limit", "bayes-limit-frozen"


def references(labels: Labels) -> dict[str, tuple[dict[str, float], dict[str, list[Any]]]]:
    """Metrics and per-class columns of each reference, as `measures.measure` gives them."""
    found = {PRIOR: measure(prior_reference(labels))}
    for name, limit in ((LIMIT, bayes_limit(labels)), (FROZEN, frozen_limit(labels))):
        if limit is None:
            continue
        metrics, per_class = measure(limit)
        # a strategy's own decisions may aim at recalls as well as at F1: each has the limit of its metric
        own = {metric: metrics[metric.removesuffix("_own")] for metric in metrics if metric.endswith("_own")}
        found[name] = metrics | own, per_class | {"recall_own": per_class["recall_balanced"]}
    return found


def prior_reference(labels: Labels) -> Judgement:
    """What class frequencies in the training rows alone achieve.

    Decisions go to the most frequent class; under the balanced prior, where all classes are alike, one in K rows goes
    to each.
    """
    natural = _natural(labels)
    rows, classes = labels.weights.shape
    scores = np.tile(np.log(np.maximum(natural, 1e-12)), (rows, 1))
    most = np.full(rows, int(natural.argmax()))
    judged = Judgement.of(labels, scores, scores, natural, most, most)
    even = np.repeat(labels.weights.sum(axis=0)[:, None], classes, axis=1) / classes
    return dataclasses.replace(judged, even=even)


def bayes_limit(labels: Labels) -> Judgement | None:
    """The best that anything can achieve which sees what a model can see, or None where the posterior isn't known.

    p(y|x) for AP and log loss; argmax p/prior for balanced accuracy and recalls; for F1 decisions optimised on the
    test rows' posterior, a lower bound of the limit, which MCC and accuracy are given too.
    """
    if not labels.soft:
        return None
    return _scored_by(labels, labels.weights)


def frozen_limit(labels: Labels) -> Judgement | None:
    """The best that anything can achieve which knows the law as it was with the last training row; None without drift.

    It is held against the law as it is.
    """
    frozen = labels.truth.frozen_test
    return None if frozen is None else _scored_by(labels, np.asarray(frozen, np.float64))


def _scored_by(labels: Labels, posterior: Doubles) -> Judgement:
    scores = np.log(np.maximum(posterior, 1e-30))
    best = best_f1_decisions(posterior)
    return Judgement.of(labels, scores, scores, posterior.mean(axis=0), best, best)


def best_f1_decisions(posterior: Doubles, rounds: int = 30) -> Ints:
    """Decisions (n,) that aim at the best macro F1 in the expectation over a posterior (n, K).

    F1 of class k is 2 TP / D with D = rows + decisions; its slope makes argmax_k (2 p_k - F_k) / D_k the best answer to
    the present F and D. This is repeated, from argmax p and from argmax p / prior, and the best round is kept.
    """
    prior = np.maximum(posterior.mean(axis=0), 1e-12)
    best: Ints = posterior.argmax(axis=1)
    value = -1.0
    for start in (posterior, posterior / prior, posterior / np.sqrt(prior)):
        decision = start.argmax(axis=1)
        for _ in range(rounds):
            table = decisions.confusion(posterior, decision)
            score = np.nan_to_num(decisions.f1_scores(table))
            if score.mean() > value:
                best, value = decision, float(score.mean())
            size = table.sum(axis=1) + table.sum(axis=0)
            following = ((2 * posterior - score) / np.maximum(size, 1e-12)).argmax(axis=1)
            if (following == decision).all():
                break
            decision = following
    return best


def _natural(labels: Labels) -> Doubles:
    counts = labels.truth.train_counts.astype(np.float64)
    return np.asarray(counts / counts.sum(), np.float64)
