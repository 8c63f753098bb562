import numpy as np

from longtail.strategies.mechanisms.prior_shift import known, moved


def test_scores_move_by_bayes_rule_by_hand():
    # p .2 and .8 under (.5, .5) to (.9, .1): .2 * 1.8 = .36 and .8 * .2 = .16, over .52
    scores = np.log(np.array([[0.2, 0.8]], np.float32))
    given = moved(scores, np.array([0.5, 0.5]), np.array([0.9, 0.1]))
    np.testing.assert_allclose(np.exp(given), [[0.36 / 0.52, 0.16 / 0.52]], rtol=1e-6)


def test_there_and_back_is_where_one_started(make_scores):
    scores, _ = make_scores(50, 4)
    one, two = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(moved(moved(scores, one, two), two, one), scores, atol=1e-5)


def test_a_class_never_seen_counts_as_one_row(make_profile):
    np.testing.assert_allclose(known(make_profile((15, 5, 0))), [0.75, 0.25, 0.05])
