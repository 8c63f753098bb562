import numpy as np
import pytest
from scipy.special import softmax

from longtail.strategies.mechanisms.votes import Votes
from longtail.strategies.models import Weighted


class Says:
    """A model that gives every row the same probabilities."""

    def __init__(self, *p):
        self.p = p

    def scores(self, table):
        return np.log(np.tile(self.p, (len(table), 1))).astype(np.float32)


def test_probabilities_are_weighted_by_hand(make_table):
    # (3 * .2 + 1 * .6) / 4 = .3
    model = Weighted([Says(0.2, 0.8), Says(0.6, 0.4)], [3.0, 1.0])
    np.testing.assert_allclose(np.exp(model.scores(make_table((1, 1)))), [[0.3, 0.7]] * 2, rtol=1e-6)


def test_votes_are_summed_by_hand(make_table):
    model = Votes([Says(0.2, 0.8), Says(0.6, 0.4), Says(0.1, 0.9)], [1.5, 0.5, -0.25])
    np.testing.assert_allclose(np.exp(model.scores(make_table((1, 1)))), [softmax([0.5, 1.25])] * 2, rtol=1e-6)


@pytest.mark.parametrize("weights", [[], [1.0, 2.0], [0.0]])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(ValueError, match="a weighted mean needs members"):
        Weighted([Says(0.5, 0.5)][: max(len(weights), 1)], weights)


def test_votes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="a vote needs members"):
        Votes([], [])
