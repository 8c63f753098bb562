"""Metrics weighted by what is true of each row agree with metrics of real labels, on known and on new users.

Labels are one draw from the weights. So a metric of these labels is one draw from what it is under labels drawn anew;
where the weights left out what a model learns, as P(y | visible columns) leaves out users, it would lie far outside.
"""

import numpy as np
import pytest

from longtail.bench.classifier import RebalancedClassifier
from longtail.bench.evaluation.metrics.ranking import average_precisions
from longtail.bench.evaluation.metrics.weights import one_hot
from longtail.bench.registry import learner_classes, source_named
from longtail.bench.seeds import seed_for
from longtail.bench.training.preparation import Prepared, prepare
from longtail.datasets.base import Dataset
from longtail.datasets.catalogue import source_classes

DRAWS = 100
GENERATED = sorted(name for name, kind in source_classes().items() if kind.generated)
NOISE = 4.5
"""standard deviations; of thousands of figures one lies that far off by chance"""


def prepared(text: str, rows: int | None = None) -> tuple[Dataset, Prepared]:
    dataset = source_named(text).load(seed_for(0, "data"))
    return dataset, prepare(dataset, 0, rows)


def classifier(strategy: str, learner: str, made: Prepared, **settings: object) -> RebalancedClassifier:
    return RebalancedClassifier(strategy, learner, 0, settings=settings or None).fit_prepared(made)


def scores_of(fitted: RebalancedClassifier, made: Prepared) -> np.ndarray:
    return fitted.natural_scores(fitted.fitted_.scores(made.test))


def off(scores: np.ndarray, weights: np.ndarray, y: np.ndarray, rows: np.ndarray) -> float:
    """How far AP of the labels lies from AP of labels drawn from the weights, in standard deviations."""
    scores, weights, y = scores[rows], weights[rows], y[rows]
    classes = weights.shape[1]
    chosen = np.flatnonzero(weights.sum(axis=0) > 30)
    if classes == 2:
        chosen = chosen[chosen == weights.sum(axis=0).argmin()]
    rng = np.random.default_rng(0)
    edges = weights.cumsum(axis=1)

    def ap(labels: np.ndarray) -> float:
        return float(average_precisions(scores, one_hot(labels, classes))[chosen].mean())

    drawn = [
        ap((rng.random((len(edges), 1)) * edges[:, -1:] > edges).sum(axis=1).clip(max=classes - 1))
        for _ in range(DRAWS)
    ]
    return float((ap(y) - np.mean(drawn)) / np.std(drawn))


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("cat10(rows=3000,test_rows=6000,users=300,heterogeneity=1,bayes_ap=0.5)", 9.0),
        ("ctr-users(rows=6000,test_rows=8000,rate=0.1,bayes_ap=0.5,users=400)", 4.0),
    ],
)
def test_labels_agree_with_weights_where_users_differ(text, least):
    dataset, made = prepared(text)
    scores = scores_of(classifier("none", "logistic", made), made)
    truth = made.truth
    for rows in (truth.warm_test, ~truth.warm_test):
        assert abs(off(scores, truth.posterior_test, truth.y_test, rows)) < NOISE
    # a planted defect, so that this can fail: an oracle of users' histories against weights that leave users out
    oracle, blind = np.log(np.maximum(truth.limit_test, 1e-9)), np.asarray(dataset.posterior[made.test_rows])
    assert abs(off(oracle, truth.posterior_test, truth.y_test, truth.warm_test)) < NOISE
    assert off(oracle, blind, truth.y_test, truth.warm_test) > least


@pytest.mark.slow
@pytest.mark.parametrize("learner", sorted(learner_classes()))
@pytest.mark.parametrize("name", GENERATED)
def test_labels_agree_with_weights_on_every_generated_set(name, learner):
    dataset, made = prepared(name, 3000)
    if learner == "gbdt" and len(dataset.classes) > 10:
        pytest.skip("gbdt is run up to 10 classes")
    truth = made.truth
    everyone = np.ones(len(truth.y_test), np.bool_)
    warm = everyone if truth.warm_test is None else truth.warm_test
    for strategy in ("none", "random-oversampling(strength=1)", "class-weights(strength=1)"):
        scores = scores_of(classifier(strategy, learner, made, **learner_classes()[learner].quick), made)
        for rows in (everyone, warm, ~warm):
            if rows.sum() > 500:
                assert abs(off(scores, truth.posterior_test, truth.y_test, rows)) < NOISE, strategy
