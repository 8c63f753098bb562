from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.bench.training.neighbours import NeighbourProvider
from longtail.strategies.base import Resources
from longtail.strategies.ensembles.smoteboost import SmoteBoost, boosted, mislabels, pseudo_loss

H = np.array([[0.8, 0.2], [0.4, 0.6]])
Y = np.array([0, 1])


class Stump:
    """A stump that names a class and is sure of it."""

    def __init__(self, rows, *, member=0):
        self.tree = DecisionTreeClassifier(max_depth=1, random_state=0).fit(rows.x, rows.y, rows.weight)

    def scores(self, table):
        return np.log(np.maximum(np.eye(table.classes)[self.tree.predict(table.x)], 1e-12)).astype(np.float32)


def test_pseudo_loss_by_hand():
    # (1 - .8 + .2) and (1 - .6 + .4), half their mean
    wrong = np.array([[0, 0.5], [0.5, 0]])
    assert pseudo_loss(wrong, H, Y) == pytest.approx(0.3)


def test_the_next_distribution_by_hand():
    # exponents (1 + .8 - .2) / 2 = .8 and (1 + .6 - .4) / 2 = .6
    beta = 0.3 / 0.7
    wrong = boosted(np.array([[0, 0.5], [0.5, 0]]), H, Y, beta)
    pairs = np.array([beta**0.8, beta**0.6])
    np.testing.assert_allclose(wrong, [[0, pairs[0] / pairs.sum()], [pairs[1] / pairs.sum(), 0]])


def test_the_first_distribution_follows_the_weights_of_rows(make_table):
    table = make_table((3, 2, 1))  # weights 1 to 6
    wrong = mislabels(table)
    np.testing.assert_allclose(wrong.sum(1), np.arange(1, 7) / 21)
    assert (wrong[np.arange(6), table.y] == 0).all()
    assert (np.count_nonzero(wrong, axis=1) == 2).all()


def test_without_synthetic_rows_and_with_hard_members_it_is_adaboost(make_table):
    # of two classes and members sure of themselves, M2's pseudo-loss is the weighted error, and its update AdaBoost's
    table = make_table((60, 40), (0, 0))
    table = replace(table, weight=np.ones(100, np.float32))
    direct = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=6, random_state=0)
    direct.fit(table.x, table.y)
    model = SmoteBoost(members=6, strength=0.01).assemble(table, Stump, np.random.default_rng(0))
    np.testing.assert_allclose(model.weights, direct.estimator_weights_, rtol=1e-5)
    np.testing.assert_array_equal(model.scores(table).argmax(1), direct.predict(table.x))


def test_every_member_meets_fresh_synthetic_rows_which_the_next_has_not(make_table):
    table, met = make_table((80, 20), (0, 0)), []

    boost = SmoteBoost(members=3, strength=1.0)

    def fit(rows, *, member=0):
        met.append(boost.resample(rows, np.random.default_rng(member), Resources()))
        return Stump(met[-1])

    boost.assemble(table, fit, np.random.default_rng(0))
    for rows in met:
        assert rows.counts.tolist() == [80, 80]
        np.testing.assert_array_equal(rows.x[:100], table.x)
        assert rows.weight[:100].mean() == pytest.approx(1, abs=1e-5)
        assert (rows.weight[100:] == 1).all()
        new, rare = rows.x[100:], table.x[table.y == 1]
        assert (new.min(0) >= rare.min(0)).all()
        assert (new.max(0) <= rare.max(0)).all()
    assert not np.array_equal(met[0].x[100:], met[1].x[100:])


def test_neighbours_are_found_once_for_all_members(make_table):
    boost, provider, found = SmoteBoost(members=4, strength=1.0), NeighbourProvider(torch.device("cpu")), []

    def fit(rows, *, member=0):
        given = boost.resample(rows, np.random.default_rng(member), Resources(neighbors=provider))
        found.append([split.found for split in provider.splits.values()])
        return Stump(given)

    boost.assemble(make_table((80, 20), (0, 0)), fit, np.random.default_rng(0))
    assert len(found) == 4
    assert [len(splits) for splits in found] == [1] * 4
    assert all(splits[0] is found[0][0] for splits in found)


def test_boosting_ends_at_a_member_no_better_than_chance(make_table):
    class Chance:
        def scores(self, table):
            return np.log(np.full((len(table), 2), 0.5)).astype(np.float32)

    calls = []

    def fit(rows, *, member=0):
        calls.append(member)
        return Chance() if member else Stump(rows)

    model = SmoteBoost(members=5).assemble(make_table((80, 20), (0, 0)), fit, np.random.default_rng(0))
    assert calls == [0, 1]
    assert len(model.members) == 1


def test_classes_that_are_large_enough_are_skipped_with_a_reason(make_table):
    assert "nothing would be added" in str(SmoteBoost().why_skip(make_table((9, 9)).profile))


@pytest.mark.parametrize("parameters", [{"members": 0}, {"strength": 0}, {"k_neighbors": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        SmoteBoost(**parameters)
