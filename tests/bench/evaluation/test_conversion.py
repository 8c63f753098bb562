import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp
from sklearn.metrics import f1_score

from longtail.bench.evaluation.conversion import LEAST, Search, decision_offsets, fit_offsets, macro_f1_of, to_prior


def drawn(rows: int, classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    prior = np.arange(1, classes + 1.0) ** -1.5
    scores = log_softmax(rng.normal(0, 2, (rows, classes)) + np.log(prior / prior.sum()), axis=1)
    return scores, (np.exp(scores).cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)


def test_prior_change_worked_by_hand():
    # odds .2 / .8 = 1/4 at even priors; at 9 to 1 they are 1/36
    moved = np.exp(to_prior(np.log([[0.8, 0.2]]), [0.5, 0.5], [0.9, 0.1]))
    np.testing.assert_allclose(moved, [[36 / 37, 1 / 37]])


def test_prior_change_and_back_gives_the_scores():
    scores, _ = drawn(50, 4)
    a, b = [0.7, 0.2, 0.06, 0.04], [0.25, 0.25, 0.25, 0.25]
    np.testing.assert_allclose(to_prior(to_prior(scores, a, b), b, a), scores, atol=1e-12)


def test_undersampled_probabilities_convert_as_he_2014():
    # negatives kept at rate w: q = p / (p + (1 - p) / w) undoes it (He et al. 2014, section 6.3)
    p, w, prior = np.array([0.02, 0.3, 0.9]), 0.1, 0.05
    kept = prior / (prior + w * (1 - prior))
    moved = np.exp(to_prior(np.log(np.stack([1 - p, p], 1)), [1 - kept, kept], [1 - prior, prior]))[:, 1]
    np.testing.assert_allclose(moved, p / (p + (1 - p) / w))


def test_zero_probabilities_and_absent_classes_give_finite_scores():
    with np.errstate(divide="ignore"):
        scores = np.log([[1.0, 0.0, 0.0], [0.2, 0.8, 0.0]])
    moved = to_prior(scores, [0.6, 0.4, 0.0], [0.5, 0.4, 0.1])
    assert np.isfinite(moved).all()
    np.testing.assert_allclose(np.exp(moved).sum(axis=1), 1)


def test_fitted_offsets_undo_constants_that_were_added():
    scores, y = drawn(4000, 4)
    shift = np.array([0.0, 1.0, -2.0, 3.0])
    prior = np.bincount(y) / len(y)
    np.testing.assert_allclose(
        fit_offsets(scores + shift, y, prior), fit_offsets(scores, y, prior) - shift + shift.mean(), atol=1e-4
    )


def test_fitted_offsets_reach_the_minimum_that_scipy_finds():
    scores, y = drawn(500, 3)
    prior = np.array([0.6, 0.3, 0.1])
    share = (np.bincount(y, minlength=3) + 3 * prior) / (len(y) + 3)
    found = minimize(
        lambda b: logsumexp(scores + b, axis=1).mean() - share @ b + 5e-7 * b @ b, np.zeros(3), tol=1e-12
    ).x
    np.testing.assert_allclose(fit_offsets(scores, y, prior), found - found.mean(), atol=1e-3)


def test_a_class_without_validation_rows_keeps_its_share_of_training():
    scores, y = drawn(300, 3)
    offsets = fit_offsets(scores, np.minimum(y, 1), np.array([0.7, 0.25, 0.05]))
    predicted = np.exp(log_softmax(scores + offsets, axis=1)).mean(axis=0)
    np.testing.assert_allclose(predicted[2], 3 * 0.05 / 303, rtol=0.02)


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
    monkeypatch.setattr("longtail.bench.evaluation.conversion.STRENGTHS", (0.5,))
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
