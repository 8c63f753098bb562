import numpy as np
import pytest
import sklearn
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from longtail.strategies.ensembles.stacking import Stacking, stratified


def test_scores_are_those_of_scikit_learn_with_the_same_folds(make_table):
    table = make_table((120, 60, 20), (0, 0))
    rng = np.random.default_rng(5)
    folds, seed = stratified(table.y, 3, rng), int(rng.integers(2**31))
    with sklearn.config_context(enable_metadata_routing=True):
        forest = RandomForestClassifier(9, min_samples_leaf=5, random_state=seed).set_fit_request(sample_weight=True)
        logistic, last = (LogisticRegression(max_iter=1000).set_fit_request(sample_weight=True) for _ in range(2))
        direct = StackingClassifier([("f", forest), ("l", logistic)], last, cv=folds)
        direct.fit(table.x, table.y, sample_weight=table.weight)
    model = Stacking(trees=9).estimator(table, np.random.default_rng(5))
    np.testing.assert_allclose(np.exp(model.scores(table)), direct.predict_proba(table.x), atol=1e-6)


def test_folds_hold_every_row_out_once_and_are_stratified():
    y = np.repeat([0, 1, 2, 3], (31, 14, 2, 1))
    folds = stratified(y, 3, np.random.default_rng(0))
    assert sorted(np.concatenate([out for _, out in folds])) == list(range(48))
    sizes = np.array([np.bincount(y[out], minlength=4) for _, out in folds])
    assert (np.ptp(sizes, axis=0) <= 1).all()
    expected = [np.bincount(y[out]) for _, out in StratifiedKFold(3).split(y[:45], y[:45])]
    assert np.abs(np.sort(sizes[:, 0]) - np.sort([e[0] for e in expected])).max() <= 1


def test_every_fold_learns_every_class():
    y = np.repeat([0, 1, 2, 3], (31, 14, 2, 1))
    for inside, out in stratified(y, 3, np.random.default_rng(0)):
        assert set(y[inside]) == {0, 1, 2, 3}
        assert set(y[np.intersect1d(inside, out)]) <= {3}  # only the row of a class that has no other


@pytest.mark.parametrize("counts", [(80, 2), (80, 1), (50, 20, 2, 1, 0)])
def test_tiny_classes_survive(make_table, counts):
    table = make_table(counts)
    scores = Stacking(trees=5).estimator(table, np.random.default_rng(0)).scores(table)
    assert np.isfinite(scores).all()


def test_it_says_why_it_can_not_work(make_table):
    assert Stacking().why_skip(make_table((9, 0)).profile) == "stacking needs rows of two classes"
    assert (
        Stacking(folds=5).why_skip(make_table((2, 1)).profile)
        == "stacking in 5 folds needs as many rows, and there are 3"
    )


@pytest.mark.parametrize("parameters", [{"trees": 0}, {"C": 0}, {"folds": 1}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        Stacking(**parameters)
