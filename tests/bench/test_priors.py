import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from longtail.bench.priors import fit_offsets, to_prior


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
