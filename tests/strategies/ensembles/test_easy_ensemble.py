from dataclasses import replace

import numpy as np
import pytest
from imblearn.ensemble import EasyEnsembleClassifier
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.strategies.ensembles.easy_ensemble import EasyEnsemble, by_weight


@pytest.mark.parametrize("counts", [(120, 12), (120, 60, 12)])
def test_scores_are_those_of_imblearn_with_the_same_seed(make_table, counts):
    table = make_table(counts)
    table = replace(table, weight=np.ones(len(table), np.float32))
    seed = int(np.random.default_rng(5).integers(2**31))
    boosting = AdaBoostClassifier(DecisionTreeClassifier(max_leaf_nodes=4), n_estimators=3)
    direct = EasyEnsembleClassifier(2, boosting, sampling_strategy="not minority", random_state=seed)
    direct.fit(table.x, table.y)
    model = EasyEnsemble(members=2, rounds=3, leaves=4, strength=1.0).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), direct.predict_proba(table.x), atol=1e-6)


def test_rows_are_drawn_by_weight_within_their_class(make_table):
    table = make_table((4000, 1000))
    weight = np.where(table.x[:, 0] > 3, 3, 1).astype(np.float32)
    rows = by_weight(replace(table, weight=weight), np.random.default_rng(0))
    np.testing.assert_array_equal(table.y[rows], table.y)
    expected = weight[(table.y == 0) & (table.x[:, 0] > 3)].sum() / weight[table.y == 0].sum()
    assert (weight[rows][table.y == 0] == 3).mean() == pytest.approx(expected, abs=0.02)


def test_weights_of_rows_count(make_table):
    table = make_table((200, 20))
    even = replace(table, weight=np.ones(220, np.float32))
    first, second = (EasyEnsemble(2, 2).estimator(t, np.random.default_rng(0)).scores(table) for t in (table, even))
    assert not np.allclose(first, second)


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(EasyEnsemble().why_skip(make_table((9, 9)).profile))
    assert "two classes" in str(EasyEnsemble().why_skip(make_table((90, 0)).profile))


@pytest.mark.parametrize("parameters", [{"members": 0}, {"rounds": 0}, {"leaves": 1}, {"strength": 0}, {"floor": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        EasyEnsemble(**parameters)
