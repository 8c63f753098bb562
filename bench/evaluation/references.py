"""Reference rows without a learner: class frequencies and, where the posterior is known, the Bayes limit.

Where P(y | x) drifts, `bayes-limit` uses it as it is at the time of each test row; `bayes-limit-frozen` uses it as it
was at the last training row, which is the most that training rows can reveal. Where labels are noisy, both refer to
the labels on which test rows are judged, noisy or clean as the dataset defines.
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
    """Return metrics and per-class columns of each reference, as `measures.measure` returns them."""
    found = {PRIOR: measure(prior_reference(labels))}
    for name, limit in ((LIMIT, bayes_limit(labels)), (FROZEN, frozen_limit(labels))):
        if limit is None:
            continue
        metrics, per_class = measure(limit)
        # a strategy's own decisions may optimise recalls or F1: each metric has its own limit
        own = {metric: metrics[metric.removesuffix("_own")] for metric in metrics if metric.endswith("_own")}
        found[name] = metrics | own, per_class | {"recall_own": per_class["recall_balanced"]}
    return found


def prior_reference(labels: Labels) -> Judgement:
    """Return the judgement of scores that are the class frequencies in the training rows.

    Decisions go to the most frequent class; under the balanced prior, where all classes are alike, each class gets one
    in K rows.
    """
    natural = _natural(labels)
    rows, classes = labels.weights.shape
    scores = np.tile(np.log(np.maximum(natural, 1e-12)), (rows, 1))
    most = np.full(rows, int(natural.argmax()))
    judged = Judgement.of(labels, scores, scores, natural, most, most)
    even = np.repeat(labels.weights.sum(axis=0)[:, None], classes, axis=1) / classes
    return dataclasses.replace(judged, even=even)


def bayes_limit(labels: Labels) -> Judgement | None:
    """Return the best judgement that anything can reach; None where the posterior is not known.

    Its probabilities p are those of the row's features and of the labels of the user's training rows; it is judged, as
    everything is, by what is true of each row. AP and log loss use p, balanced accuracy and recalls use argmax p/prior.
    F1 uses decisions optimised on p, a lower bound of the limit; MCC and accuracy use the same decisions.
    """
    if not labels.soft:
        return None
    return _scored_by(labels, labels.limit)


def frozen_limit(labels: Labels) -> Judgement | None:
    """Return the best judgement that any model can reach from the training rows, before the drift; None without drift.

    Scores are the posterior as it was at the last training row, judged by the posterior at the time of the test rows.
    """
    frozen = labels.truth.frozen_test
    return None if frozen is None else _scored_by(labels, np.asarray(frozen, np.float64))


def _scored_by(labels: Labels, posterior: Doubles) -> Judgement:
    scores = np.log(np.maximum(posterior, 1e-30))
    best = best_f1_decisions(posterior)
    return Judgement.of(labels, scores, scores, posterior.mean(axis=0), best, best)


def best_f1_decisions(posterior: Doubles, rounds: int = 30) -> Ints:
    """Return decisions (n,) that approximately maximise macro F1 in expectation over a posterior (n, K).

    F1 of class k is 2 TP / D with D = rows + decisions; its gradient makes argmax_k (2 p_k - F_k) / D_k the best
    response to the current F and D. This is iterated from argmax p, argmax p / prior and argmax p / sqrt(prior), for at
    most `rounds` rounds each, and the best round is kept.
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
