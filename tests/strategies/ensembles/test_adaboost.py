from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from longtail.strategies.ensembles.adaboost import AdaBoost


def test_scores_are_those_of_scikit_learn_with_the_same_seed(make_table):
    table = make_table((120, 60, 20))
    seed = int(np.random.default_rng(5).integers(2**31))
    direct = AdaBoostClassifier(DecisionTreeClassifier(max_leaf_nodes=4), n_estimators=7, random_state=seed)
    direct.fit(table.x, table.y, table.weight)
    model = AdaBoost(members=7, leaves=4).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), direct.predict_proba(table.x), atol=1e-6)


def test_weights_of_rows_count(make_table):
    table = make_table((60, 60))
    strategy, even = AdaBoost(members=3), replace(table, weight=np.ones(120, np.float32))
    first, second = (strategy.estimator(t, np.random.default_rng(0)).scores(table) for t in (table, even))
    assert not np.allclose(first, second)


def test_no_formula_gives_the_priors_of_its_votes(make_table):
    assert AdaBoost().shift(make_table((9, 3)).profile) is None


def test_one_class_is_skipped_with_a_reason(make_table):
    assert AdaBoost().why_skip(make_table((9, 0)).profile) == "boosting needs rows of two classes"


@pytest.mark.parametrize("parameters", [{"members": 0}, {"leaves": 1}, {"learning_rate": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        AdaBoost(**parameters)
