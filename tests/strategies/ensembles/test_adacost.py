import math

import numpy as np
import pytest

from longtail.strategies.ensembles.adacost import AdaCost, class_costs, round_of


class Named:
    """A model that names these classes."""

    def __init__(self, named, classes):
        self.named, self.classes = named, classes

    def scores(self, table):
        return np.log(np.where(np.eye(self.classes)[self.named[table.group]], 0.9, 0.05)).astype(np.float32)


def test_costs_by_hand():
    np.testing.assert_allclose(class_costs(np.array([100, 25, 4, 0]), 1.0), [0.04, 0.16, 1, 0])
    np.testing.assert_allclose(class_costs(np.array([100, 25, 4, 0]), 0.5), [0.2, 0.4, 1, 0])


def test_a_round_by_hand():
    # costs 1 and .2: hits .5 - .5 c are 0 and .4, errors .5 + .5 c are 1 and .6
    cost = np.array([1.0, 1.0, 0.2, 0.2])
    hit = np.array([True, False, True, False])
    r = 0.25 * (0 - 1 + 0.4 - 0.6)
    alpha = 0.5 * math.log((1 + r) / (1 - r))
    after = np.array([1, math.exp(alpha), math.exp(-0.4 * alpha), math.exp(0.6 * alpha)])
    found, weight = round_of(np.full(4, 0.25), hit, cost, 2)
    assert found == pytest.approx(alpha)
    np.testing.assert_allclose(weight, after / after.sum())


def test_costly_errors_gain_more_and_costly_hits_lose_less():
    cost = np.array([1.0, 0.1] * 10)
    hit = np.array([True] * 18 + [False] * 2)
    alpha, weight = round_of(np.full(20, 0.05), hit, cost, 2)
    assert alpha > 0
    assert weight[18] > weight[19] > weight[0] > weight[1]


def test_votes_of_many_classes_gain_half_of_log_k_less_1():
    given = np.full(4, 0.25), np.array([True, True, False, False]), np.full(4, 0.5)
    assert round_of(*given, 5)[0] - round_of(*given, 2)[0] == pytest.approx(math.log(4) / 2)


def test_an_ensemble_is_the_papers_loop(make_table):
    # the paper's algorithm row by row, with labels and hypotheses of +1 and -1
    table = make_table((12, 4), (0, 0))
    rng = np.random.default_rng(3)
    named = [np.where(rng.random(16) < 0.8, table.y, 1 - table.y) for _ in range(4)]
    met = []

    def fit(rows, *, member=0):
        met.append(rows.weight / rows.weight.sum())
        return Named(named[member], 2)

    model = AdaCost(members=4, strength=1.0).assemble(table, fit, np.random.default_rng(0))
    c = [1.0 if label else 4 / 12 for label in table.y]
    d = [c[i] * float(table.weight[i]) for i in range(16)]
    votes = [0.0] * 16
    for t in range(4):
        total = sum(d)
        d = [value / total for value in d]
        np.testing.assert_allclose(met[t], d, rtol=1e-5)
        sign = [1 if label else -1 for label in table.y]
        h = [1 if label else -1 for label in named[t]]
        b = [0.5 - 0.5 * c[i] if sign[i] == h[i] else 0.5 + 0.5 * c[i] for i in range(16)]
        r = sum(d[i] * sign[i] * h[i] * b[i] for i in range(16))
        alpha = 0.5 * math.log((1 + r) / (1 - r))
        d = [d[i] * math.exp(-alpha * sign[i] * h[i] * b[i]) for i in range(16)]
        votes = [votes[i] + alpha * h[i] for i in range(16)]
    scores = model.scores(table)
    np.testing.assert_allclose(scores[:, 1] - scores[:, 0], votes, atol=1e-5)


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "the same size" in str(AdaCost().why_skip(make_table((9, 9, 0)).profile))
    assert "two classes" in str(AdaCost().why_skip(make_table((9, 0)).profile))


def test_no_formula_gives_the_priors_of_its_votes(make_table):
    assert AdaCost().shift(make_table((9, 3)).profile) is None


@pytest.mark.parametrize("parameters", [{"members": 0}, {"strength": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        AdaCost(**parameters)
