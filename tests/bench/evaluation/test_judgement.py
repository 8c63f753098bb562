import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.judgement import Judgement
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.measures import measure
from longtail.bench.priors import to_prior
from longtail.bench.records import Truth


def labels_of(y: list[int], counts: list[int], **more: object) -> Labels:
    names = tuple(f"c{index}" for index in range(len(counts)))
    held = np.array(y, np.int64)
    return Labels.of(Truth(names, np.array(counts), None, held, held, **more), Cuts())  # type: ignore[arg-type]


def judged(labels: Labels, scores: np.ndarray, prior: list[float]) -> Judgement:
    decision = scores.argmax(axis=1)
    return Judgement.of(labels, scores, scores, np.array(prior), decision, decision)


def test_two_classes_are_judged_by_the_rarer_wherever_it_stands():
    scores = np.log(np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]]))
    labels = labels_of([0, 1, 1, 1], [10, 90])
    metrics, per_class = measure(judged(labels, scores, [0.1, 0.9]))
    assert labels.rarer == 0
    assert metrics["ap"] == metrics["ap_tail"] == per_class["ap"][0] == 1.0
    assert per_class["rank"] == [2, 1]
    assert per_class["band"] == ["tail", "head"]


def test_classes_of_real_data_with_under_ten_test_rows_are_pooled():
    y = [0] * 30 + [1] * 10 + [2] * 9 + [3] * 1
    rng = np.random.default_rng(0)
    scores = to_prior(rng.normal(size=(50, 4)), [0.25] * 4, [0.25] * 4)
    labels = labels_of(y, [60, 20, 18, 2])
    metrics, per_class = measure(judged(labels, scores, [0.6, 0.2, 0.18, 0.02]))
    assert per_class["scored"] == [True, True, False, False]
    assert (labels.facts["classes_scored"], labels.facts["classes_pooled"]) == (2, 2)
    assert metrics["ap"] == pytest.approx(np.mean(per_class["ap"][:2]))
    union = np.exp(scores[:, 2:]).sum(axis=1)
    assert metrics["ap_pooled"] == pytest.approx(average_precision_score(np.isin(y, [2, 3]), union))


def test_generated_classes_all_count_since_the_posterior_weighs_them():
    posterior = np.tile([0.9, 0.09, 0.01], (50, 1))
    labels = labels_of([0] * 50, [90, 9, 1], posterior_test=posterior)
    assert labels.scored.all()
    np.testing.assert_allclose(labels.weights.sum(axis=0), [45, 4.5, 0.5])


def test_known_and_new_users_apart():
    y = ([1] * 10 + [0] * 10) * 2
    right, wrong = [0.9] * 10 + [0.1] * 10, [0.1] * 10 + [0.9] * 10
    p = np.array(right + wrong)
    labels = labels_of(y, [60, 40], warm_test=np.arange(40) < 20)
    metrics, _ = measure(judged(labels, np.log(np.stack([1 - p, p], 1)), [0.6, 0.4]))
    assert metrics["ap_warm"] == 1.0
    assert metrics["ap_cold"] == pytest.approx(0.5)  # all positives tie behind ten negatives
    alone = labels_of(y, [60, 40])
    assert np.isnan(measure(judged(alone, np.log(np.stack([1 - p, p], 1)), [0.6, 0.4]))[0]["ap_warm"])


def test_threshold_moving_gives_the_balanced_accuracy_of_scores_trained_on_balanced_rows():
    # van den Goorbergh 2022, exact for one model: what undersampling does to the prior, the threshold does too
    rng = np.random.default_rng(1)
    p = rng.beta(1, 30, 3000)
    y = (rng.random(3000) < p).astype(np.int64)
    natural = np.log(np.stack([1 - p, p], 1))
    undersampled = to_prior(natural, [0.97, 0.03], [0.5, 0.5])
    labels = labels_of(y.tolist(), [970, 30])
    by_threshold, _ = measure(judged(labels, natural, [0.97, 0.03]))
    own, _ = measure(judged(labels, undersampled, [0.5, 0.5]))
    assert by_threshold["balanced_accuracy"] == pytest.approx(own["balanced_accuracy_own"])
    assert by_threshold["balanced_accuracy_own"] < own["balanced_accuracy_own"] - 0.05
    assert by_threshold["ap"] == pytest.approx(own["ap"])


def test_bias_by_band_worked_by_hand():
    # one row of each class; probabilities for the tail sum to 2 * .4 = .8
    scores = np.log(np.array([[0.6, 0.4], [0.6, 0.4]]))
    labels = labels_of([0, 1], [80, 20])
    metrics, _ = measure(judged(labels, scores, [0.8, 0.2]))
    assert metrics["calibration_tail"] == pytest.approx(np.log(0.8))
    assert metrics["calibration_head"] == pytest.approx(np.log(1.2))
    assert np.isnan(metrics["calibration_medium"])
