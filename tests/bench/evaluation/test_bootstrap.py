import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.bootstrap import DRAWS, group_draws, replicates
from longtail.bench.evaluation.labels import Labels
from longtail.bench.records import Truth


def labels_of(
    y: np.ndarray, groups: np.ndarray | None, posterior: np.ndarray | None = None, rows: np.ndarray | None = None
) -> Labels:
    truth = Truth(("a", "b"), np.array([80, 20]), None, y, y, posterior, groups, rows_test=rows)
    return Labels.of(truth, Cuts())


def sample(rows: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    p = rng.beta(1, 4, rows).round(2).clip(0.01, 0.99)
    return (rng.random(rows) < p).astype(np.int64), np.log(np.stack([1 - p, p], 1))


def test_rows_of_a_group_are_drawn_together_and_alike_in_every_test_set():
    draws = group_draws(np.array([4, 1, 4, 0]))
    assert draws.shape == (DRAWS, 4)
    assert (draws[:, 0] == draws[:, 2]).all()
    other = group_draws(np.array([1, 7]))
    assert (other[:, 0] == draws[:, 1]).all()


def test_overlapping_test_sets_without_groups_move_together():
    """Two windows that share most rows: their replicates are as alike as the metric on the shared rows makes them."""
    y, scores = sample(900)
    windows = [np.arange(0, 700), np.arange(200, 900), np.arange(700)]
    found = [replicates(labels_of(y[w], None, rows=w), scores[w], scores[w].argmax(axis=1)) for w in windows]
    first, second, again = (np.array(one["ap"]) for one in found if one is not None)
    assert np.corrcoef(first, second)[0, 1] > 0.5
    assert (first == again).all()


def test_rows_that_are_not_known_are_not_resampled():
    y, scores = sample(20)
    assert replicates(labels_of(y, None), scores, y) is None


def test_replicates_equal_sklearn_with_the_draws_as_weights():
    y, scores = sample()
    groups = np.arange(300) // 3
    decision = (scores[:, 1] > np.log(0.25)).astype(np.int64)
    found = replicates(labels_of(y, groups), scores, decision)
    assert found is not None
    draws = group_draws(groups)
    for place in range(5):
        weight = draws[place]
        assert found["ap"][place] == pytest.approx(average_precision_score(y, scores[:, 1], sample_weight=weight))
        assert found["f1"][place] == pytest.approx(f1_score(y, decision, average="macro", sample_weight=weight))


def test_generated_data_have_none():
    y, scores = sample(20)
    assert replicates(labels_of(y, None, np.exp(scores), np.arange(20)), scores, y) is None
