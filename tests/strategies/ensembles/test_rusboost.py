from dataclasses import replace

import numpy as np
import pytest
from imblearn.ensemble import RUSBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.strategies.ensembles.rusboost import RusBoost


@pytest.mark.parametrize("counts", [(120, 12), (120, 60, 12)])
def test_scores_are_those_of_imblearn_with_the_same_seed(make_table, counts):
    table = make_table(counts)
    seed = int(np.random.default_rng(5).integers(2**31))
    direct = RUSBoostClassifier(
        DecisionTreeClassifier(max_leaf_nodes=4), n_estimators=5, sampling_strategy="not minority", random_state=seed
    ).fit(table.x, table.y, table.weight)
    model = RusBoost(members=5, leaves=4, strength=1.0).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), direct.predict_proba(table.x), atol=1e-6)


def test_weights_of_rows_count(make_table):
    table = make_table((200, 20))
    even = replace(table, weight=np.ones(220, np.float32))
    first, second = (RusBoost(members=3).estimator(t, np.random.default_rng(0)).scores(table) for t in (table, even))
    assert not np.allclose(first, second)


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(RusBoost().why_skip(make_table((9, 9)).profile))
    assert "two classes" in str(RusBoost().why_skip(make_table((90, 0)).profile))


@pytest.mark.parametrize(
    "parameters", [{"members": 0}, {"leaves": 1}, {"learning_rate": 0}, {"strength": 0}, {"floor": 0}]
)
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        RusBoost(**parameters)
