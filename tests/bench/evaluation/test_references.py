import numpy as np
import pytest

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics.decisions import confusion, f1_scores, recalls
from longtail.bench.evaluation.references import best_f1_decisions, references
from longtail.bench.records import Truth


def posterior_of(rows: int, classes: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    raw = np.exp(rng.normal(0, 1.5, (rows, classes))) * np.arange(1, classes + 1.0) ** -2
    return raw / raw.sum(axis=1, keepdims=True)


def labels_of(posterior: np.ndarray | None, y: np.ndarray, counts: list[int]) -> Labels:
    return Labels.of(Truth(tuple("abcdef"[: len(counts)]), np.array(counts), None, y, y, posterior), Cuts())


def test_prior_has_the_prevalence_as_average_precision():
    y = np.repeat([0, 1], [80, 20])
    found = references(labels_of(None, y, [900, 100]))
    metrics, per_class = found["prior"]
    assert list(found) == ["prior"]
    assert metrics["ap"] == pytest.approx(0.2)
    assert metrics["ap_balanced"] == metrics["roc_auc"] == metrics["balanced_accuracy"] == pytest.approx(0.5)
    assert metrics["f1"] == pytest.approx((2 * 80 / 180) / 2)
    assert metrics["log_loss"] == pytest.approx(-0.8 * np.log(0.9) - 0.2 * np.log(0.1))
    assert per_class["recall_balanced"] == [0.5, 0.5]


def test_no_scores_beat_the_limit():
    posterior = posterior_of(4000, 4)
    labels = labels_of(posterior, posterior.argmax(axis=1), [700, 200, 60, 40])
    limit, _ = references(labels)["bayes-limit"]
    rng = np.random.default_rng(1)
    from longtail.bench.evaluation.judgement import Judgement
    from longtail.bench.evaluation.measures import measure

    prior = posterior.mean(axis=0)
    for noise in (0.0, 0.3, 1.0):
        scores = np.log(posterior) + noise * rng.normal(size=posterior.shape)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        decision = (scores - 0.6 * np.log(prior)).argmax(axis=1)
        found, _ = measure(Judgement.of(labels, scores, scores, prior, decision, decision))
        for name in ("ap", "ap_balanced", "roc_auc", "f1", "balanced_accuracy", "balanced_accuracy_own"):
            assert found[name] <= limit[name] + 1e-9, name
        assert found["log_loss"] >= limit["log_loss"] - 1e-9


def test_limit_of_balanced_accuracy_is_argmax_of_posterior_over_prior():
    posterior = posterior_of(500, 3)
    labels = labels_of(posterior, posterior.argmax(axis=1), [70, 20, 10])
    expected = recalls(confusion(posterior, (posterior / posterior.mean(axis=0)).argmax(axis=1))).mean()
    assert references(labels)["bayes-limit"][0]["balanced_accuracy"] == pytest.approx(expected)


def test_best_f1_decisions_equal_the_best_threshold_of_two_classes():
    posterior = posterior_of(800, 2, seed=3)
    found = f1_scores(confusion(posterior, best_f1_decisions(posterior))).mean()
    tried = [
        f1_scores(confusion(posterior, (posterior[:, 1] > edge).astype(int))).mean()
        for edge in np.unique(posterior[:, 1])
    ]
    assert found == pytest.approx(max(tried), abs=1e-6)


def test_excess_log_loss_of_the_limit_is_zero():
    posterior = posterior_of(100, 3)
    labels = labels_of(posterior, posterior.argmax(axis=1), [70, 20, 10])
    assert references(labels)["bayes-limit"][0]["excess_log_loss"] == pytest.approx(0, abs=1e-6)


def drifted(frozen: np.ndarray | None) -> Labels:
    posterior = posterior_of(3000, 3)
    y = posterior.argmax(axis=1)
    truth = Truth(("a", "b", "c"), np.array([700, 200, 60]), None, y, y, posterior, frozen_test=frozen)
    return Labels.of(truth, Cuts())


def test_a_law_that_has_drifted_is_held_against_the_law_as_it_is():
    wrong = posterior_of(3000, 3, seed=1)
    found = references(drifted(wrong))
    assert list(found) == ["prior", "bayes-limit", "bayes-limit-frozen"]
    limit, frozen = found["bayes-limit"][0], found["bayes-limit-frozen"][0]
    # rows of another seed say nothing about these: no more than the prior does
    assert frozen["ap"] == pytest.approx(found["prior"][0]["ap"], abs=0.03)
    assert frozen["ap"] < limit["ap"] and frozen["log_loss"] > limit["log_loss"]
    labels = drifted(None)
    assert frozen["log_loss"] == pytest.approx(-(labels.weights * np.log(wrong)).sum(axis=1).mean())


def test_without_movement_the_frozen_law_is_the_limit():
    posterior = drifted(None).weights
    found = references(drifted(posterior.copy()))
    assert found["bayes-limit-frozen"][0] == pytest.approx(found["bayes-limit"][0], nan_ok=True)
    assert list(references(drifted(None))) == ["prior", "bayes-limit"]
