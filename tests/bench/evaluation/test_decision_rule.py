import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from longtail.bench.evaluation.decision_rule import LEAST, Search, decision_offsets, macro_f1_of


def drawn(rows: int, classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    prior = np.arange(1, classes + 1.0) ** -1.5
    scores = log_softmax(rng.normal(0, 2, (rows, classes)) + np.log(prior / prior.sum()), axis=1)
    return scores, (np.exp(scores).cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)


def test_the_search_finds_the_best_of_all_thresholds():
    scores, y = drawn(300, 2, seed=3)
    odds = scores[:, 1] - scores[:, 0]
    best = max(f1_score(y, odds > edge, average="macro", zero_division=0) for edge in [-np.inf, *np.unique(odds)])
    search = Search(scores, y, np.zeros(2))
    search.climb(np.array([1]), 1)
    assert search.value == pytest.approx(best)
    assert macro_f1_of(scores + search.offsets, y) == pytest.approx(best)


def test_the_line_search_finds_the_best_offset_of_a_class_among_many():
    scores, y = drawn(400, 6, seed=1)
    search = Search(scores, y, np.zeros(6))
    search.improve(3)
    tried = [macro_f1_of(scores + step * np.eye(6)[3], y) for step in np.linspace(-8, 8, 4001)]
    assert search.value >= max(tried) - 1e-12
    assert macro_f1_of(scores + search.offsets, y) == pytest.approx(search.value)


def test_ascent_reports_the_macro_f1_that_its_offsets_have():
    scores, y = drawn(600, 8, seed=2)
    search = Search(scores, y, np.zeros(8))
    search.climb(np.arange(8), 3)
    assert search.counted.all()
    assert search.value == pytest.approx(f1_score(y, (scores + search.offsets).argmax(axis=1), average="macro"))
    assert search.value > macro_f1_of(scores, y)


def test_decisions_are_better_on_new_rows_than_argmax_where_scores_are_biased():
    scores, y = drawn(1500, 5, seed=4)
    new, y_new = drawn(20000, 5, seed=5)
    bias = np.array([3.0, 0.0, 0.0, 0.0, 0.0])
    offsets = decision_offsets(scores + bias, y)
    assert macro_f1_of(new + bias + offsets, y_new) > macro_f1_of(new + bias, y_new) + 0.1


def test_decision_rule_ignores_constants_of_rows():
    scores, y = drawn(200, 3)
    shifted = scores - np.arange(200)[:, None] / 200
    np.testing.assert_allclose(decision_offsets(shifted, y), decision_offsets(scores, y), atol=1e-9)


def test_classes_with_too_few_rows_have_no_offset_of_their_own(monkeypatch):
    monkeypatch.setattr("longtail.bench.evaluation.decision_rule.STRENGTHS", (0.5,))
    scores, y = drawn(400, 3, seed=6)
    y[:] = 0
    y[:4], y[4:8] = 1, 2
    assert LEAST > 4
    scores[:4, 1] += 6  # an offset of its own would win all four rows of class 1
    offsets = decision_offsets(scores, y)
    assert offsets[1] == offsets[2]


def test_same_rows_give_same_offsets():
    scores, y = drawn(500, 7, seed=8)
    assert (decision_offsets(scores, y) == decision_offsets(scores.copy(), y.copy())).all()
