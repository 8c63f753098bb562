from dataclasses import replace

import numpy as np
import pytest
from imblearn.ensemble import BalancedRandomForestClassifier

from longtail.strategies.ensembles.balanced_random_forest import BalancedRandomForest


def test_scores_are_those_of_imblearn_with_the_same_seed(make_table):
    table = make_table((120, 60, 9))
    seed = int(np.random.default_rng(5).integers(2**31))
    direct = BalancedRandomForestClassifier(
        7, sampling_strategy="all", replacement=True, bootstrap=False, random_state=seed
    ).fit(table.x, table.y, table.weight)
    model = BalancedRandomForest(trees=7).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), direct.predict_proba(table.x), atol=1e-6)


def test_its_scores_refer_to_the_different_rows_that_a_tree_meets(make_table):
    trained = make_table((4, 2, 0)).profile
    # 2 draws of 4 rows meet 2 - 1/4 of them, of 2 rows 2 - 1/2
    np.testing.assert_allclose(trained.priors * BalancedRandomForest().shift(trained), [1.75 / 3.25, 1.5 / 3.25, 0])


def test_where_features_say_nothing_the_mean_score_is_the_prior_it_declares(make_table):
    table = make_table((900, 80), (0, 0))
    noise = np.random.default_rng(0).normal(size=(3980, 2)).astype(np.float32)
    table = replace(table, x=noise[:980])
    strategy = BalancedRandomForest(trees=100)
    model = strategy.estimator(replace(table, weight=np.ones(980, np.float32)), np.random.default_rng(0))
    unseen = replace(table, x=noise[980:], y=np.zeros(3000, np.int64))
    declared = table.profile.priors * strategy.shift(table.profile)
    np.testing.assert_allclose(np.exp(model.scores(unseen)).mean(0), declared, atol=0.03)


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "the same size" in str(BalancedRandomForest().why_skip(make_table((9, 9, 0)).profile))
    assert "two classes" in str(BalancedRandomForest().why_skip(make_table((9, 0)).profile))


def test_no_trees_are_refused():
    with pytest.raises(ValueError, match="trees must be a whole number of 1 or more, got 0"):
        BalancedRandomForest(trees=0)
