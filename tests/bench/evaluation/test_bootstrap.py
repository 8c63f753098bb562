import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.bootstrap import DRAWS, group_draws, replicates
from longtail.bench.evaluation.measures import Labels
from longtail.bench.records import Truth


def labels_of(y: np.ndarray, groups: np.ndarray | None, posterior: np.ndarray | None = None) -> Labels:
    return Labels.of(Truth(("a", "b"), np.array([80, 20]), None, y, y, posterior, None, groups), Cuts())


def sample(rows: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    p = rng.beta(1, 4, rows).round(2).clip(0.01, 0.99)
    return (rng.random(rows) < p).astype(np.int64), np.log(np.stack([1 - p, p], 1))


def test_rows_of_a_group_are_drawn_together_and_alike_in_every_test_set():
    draws = group_draws("aa", np.array([4, 1, 4, 0]), 4)
    assert draws.shape == (DRAWS, 4)
    assert (draws[:, 0] == draws[:, 2]).all()
    other = group_draws("bb", np.array([1, 7]), 2)
    assert (other[:, 0] == draws[:, 1]).all()


def test_rows_without_groups_are_drawn_by_the_labels_key():
    assert (group_draws("aa", None, 50) == group_draws("aa", None, 50)).all()
    assert (group_draws("aa", None, 50) != group_draws("ab", None, 50)).any()


def test_replicates_equal_sklearn_with_the_draws_as_weights():
    y, scores = sample()
    groups = np.arange(300) // 3
    decision = (scores[:, 1] > np.log(0.25)).astype(np.int64)
    found = replicates(labels_of(y, groups), "aa", scores, decision)
    assert found is not None
    draws = group_draws("aa", groups, 300)
    for place in range(5):
        weight = draws[place]
        assert found["ap"][place] == pytest.approx(average_precision_score(y, scores[:, 1], sample_weight=weight))
        assert found["f1"][place] == pytest.approx(f1_score(y, decision, average="macro", sample_weight=weight))


def test_generated_data_have_none():
    y, scores = sample(20)
    assert replicates(labels_of(y, None, np.exp(scores)), "aa", scores, y) is None
