import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from longtail.strategies.ensembles.voting import Voting


@pytest.mark.parametrize("cardinalities", [(0, 0, 4), (0, 0), (3, 4)])
def test_scores_are_the_mean_of_a_forest_and_a_logistic_regression(make_table, cardinalities):
    table = make_table((120, 60, 20), cardinalities)
    seed = int(np.random.default_rng(5).integers(2**31))
    forest = RandomForestClassifier(9, min_samples_leaf=5, random_state=seed).fit(table.x, table.y, table.weight)
    logistic = LogisticRegression(C=2.0, max_iter=1000).fit(table.one_hot(), table.y, table.weight)
    expected = (forest.predict_proba(table.x) + logistic.predict_proba(table.one_hot())) / 2
    model = Voting(trees=9, C=2.0).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), expected, atol=2e-3)


def test_codes_unseen_in_training_are_scored(make_table):
    table = make_table((60, 30), (0, 4))
    table.x[:, 1] = table.x[:, 1].clip(0, 2)
    model = Voting(trees=5).estimator(table, np.random.default_rng(0))
    table.x[:, 1] = 3
    assert np.isfinite(model.scores(table)).all()


def test_one_class_is_skipped_with_a_reason(make_table):
    assert Voting().why_skip(make_table((9, 0)).profile) == "voting needs rows of two classes"


@pytest.mark.parametrize("parameters", [{"trees": 0}, {"C": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        Voting(**parameters)
