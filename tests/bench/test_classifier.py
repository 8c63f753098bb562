import pickle
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from longtail.bench.classifier import RebalancedClassifier
from longtail.bench.errors import ConfigurationError, NotApplicable
from longtail.bench.learners.logistic import Logistic
from longtail.bench.priors import fit_offsets
from longtail.bench.training.preparation import prepare
from longtail.datasets.base import Card, Dataset
from longtail.strategies.base import Strategy


@pytest.fixture(scope="module")
def dataset():
    rng = np.random.default_rng(0)
    n = 600
    X = pd.DataFrame(
        {
            "price": np.where(rng.random(n) < 0.1, np.nan, rng.exponential(size=n)),
            "item": pd.Categorical(rng.choice([f"i{k}" for k in range(30)], n)),
            "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.random(n) * 1e6, unit="s"),
            "mobile": rng.random(n) < 0.5,
        }
    )
    score = X.price.fillna(1) + X.mobile + rng.normal(size=n)
    y = np.digitize(score, [2.5, 4.0]).astype(np.int64)
    groups, time = rng.integers(5, 90, n), rng.random(n)
    card = Card("t", "r", "l", "s", "x")
    shown, seen = (rng.uniform(0.05, 1, n).astype(np.float32) for _ in range(2))
    return Dataset("rows", X, y, ("none", "click", "buy"), card, groups, time, shown, seen)


@dataclass(frozen=True)
class Doubled(Strategy):
    """Rows of class 0 twice."""

    name: ClassVar[str] = "doubled"
    known: bool = True

    def resample(self, table, rng, resources):
        return table.plus(table.take(table.y == 0))

    def shift(self, trained):
        return super().shift(trained) if self.known else None


@parametrize_with_checks([RebalancedClassifier()])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    ("strategy", "learner", "settings"),
    [
        ("none", "logistic", None),
        ("smote+logit-adjustment", "logistic", None),
        ("random-undersampling+bagging", "tree", None),
        ("balanced-random-forest", "forest(trees=5)", None),
        ("none", "mlp", {"hidden": 8, "epochs": 2}),
        ("mixup+balanced-softmax", "mlp(hidden=8,epochs=2)", {"batch": 64}),
    ],
)
@pytest.mark.parametrize("time", [True, False])
def test_fit_on_the_frame_is_the_measured_path(dataset, strategy, learner, settings, time):
    if not time:
        dataset = Dataset(**{**vars(dataset), "time": None})
    prepared = prepare(dataset, 4)
    cell = RebalancedClassifier(strategy, learner, settings=settings, random_state=4).fit_prepared(prepared)

    rows = prepared.learn_rows
    names = np.array(dataset.classes)
    own = RebalancedClassifier(strategy, learner, settings=settings, random_state=4).fit(
        dataset.X.iloc[rows],
        names[dataset.y[rows]],
        groups=dataset.groups[rows],
        time=None if dataset.time is None else dataset.time[rows],
        propensity=dataset.propensity[rows],
        classes=dataset.classes,
    )
    test = dataset.X.iloc[prepared.test_rows]
    assert np.array_equal(own.scores(test), cell.fitted_.scores(prepared.test))
    assert own.predict(test).tolist() == names[cell.fitted_.decide(cell.fitted_.scores(prepared.test))].tolist()
    assert cell.predict(test).tolist() == own.predict(test).tolist()


@pytest.mark.parametrize("strategy", ["inverse-examination", "doubly-robust-examination"])
def test_the_chance_of_being_looked_at_is_read_as_in_a_cell(dataset, strategy):
    clicks = Dataset(**{**vars(dataset), "y": (dataset.y > 0).astype(np.int64), "classes": ("none", "click")})
    prepared = prepare(clicks, 4)
    given = {"strategy": strategy, "learner": "mlp(hidden=8,epochs=2)", "random_state": 4}
    cell = RebalancedClassifier(**given).fit_prepared(prepared)
    rows = prepared.learn_rows
    known = {"groups": clicks.groups[rows], "time": clicks.time[rows], "classes": clicks.classes}
    frame, labels = clicks.X.iloc[rows], np.array(clicks.classes)[clicks.y[rows]]
    own = RebalancedClassifier(**given).fit(frame, labels, examination=clicks.examination[rows], **known)
    test = clicks.X.iloc[prepared.test_rows]
    assert np.array_equal(own.scores(test), cell.fitted_.scores(prepared.test))
    with pytest.raises(NotApplicable, match="reads examination, which this dataset lacks"):
        RebalancedClassifier(**given).fit(frame, labels, **known)


@pytest.mark.parametrize(
    ("strategy", "learner"),
    [
        ("edited-nearest-neighbours", "logistic"),
        ("smote+logit-adjustment", "gbdt(iterations=5)"),
        ("random-undersampling+bagging", "tree"),
        ("mixup+balanced-softmax", "mlp(hidden=8,epochs=2)"),
    ],
)
@pytest.mark.parametrize("lacking", [("time",), ("time", "groups")])
def test_the_order_of_the_file_changes_no_score(dataset, strategy, learner, lacking):
    by_class = np.argsort(-dataset.y, kind="stable")
    scores = []
    for order in (np.arange(600), by_class):
        given = {name: getattr(dataset, name)[order] for name in ("y", "groups", "time", "propensity", "examination")}
        given |= {"X": dataset.X.iloc[order].reset_index(drop=True)} | dict.fromkeys(lacking)
        prepared = prepare(Dataset(**{**vars(dataset), **given}), 4)
        fitted = RebalancedClassifier(strategy, learner, random_state=4).fit_prepared(prepared)
        scores.append(dict(zip(order[prepared.test_rows], fitted.fitted_.scores(prepared.test).tolist(), strict=True)))
    assert scores[0] == scores[1]


def test_rows_of_another_market_are_read_as_in_a_cell(dataset):
    frame, y = dataset.X.iloc[:60].reset_index(drop=True), np.arange(60) % 2
    market = Dataset("elsewhere", frame, y, ("no", "yes"), dataset.card)
    prepared = prepare(Dataset(**{**vars(dataset), "source": market}), 4)
    given = {"strategy": "from-another-market", "learner": "mlp(hidden=8,epochs=2)", "random_state": 4}
    cell = RebalancedClassifier(**given).fit_prepared(prepared)
    rows = prepared.learn_rows
    own = RebalancedClassifier(**given).fit(
        dataset.X.iloc[rows],
        np.array(dataset.classes)[dataset.y[rows]],
        groups=dataset.groups[rows],
        time=dataset.time[rows],
        source=(frame, np.array(["no", "yes"])[y]),
        classes=dataset.classes,
    )
    test = dataset.X.iloc[prepared.test_rows]
    assert np.array_equal(own.scores(test), cell.fitted_.scores(prepared.test))


def test_probabilities_are_those_of_the_natural_priors(dataset):
    prepared = prepare(dataset, 0)
    fitted = RebalancedClassifier(Doubled()).fit_prepared(prepared)
    test = dataset.X.iloc[prepared.test_rows]
    scores = np.exp(fitted.scores(test).astype(float))
    counts = prepared.train.counts
    by_hand = scores * counts / (counts * [2, 1, 1])
    np.testing.assert_allclose(fitted.predict_proba(test), by_hand / by_hand.sum(axis=1, keepdims=True), rtol=1e-6)


def test_unknown_prior_is_corrected_by_offsets_of_validation_rows(dataset):
    prepared = prepare(dataset, 0)
    fitted = RebalancedClassifier(Doubled(known=False)).fit_prepared(prepared)
    test = dataset.X.iloc[prepared.test_rows]
    inner = fitted.fitted_
    offsets = fit_offsets(inner.valid_scores, prepared.valid.y, inner.natural_prior)
    by_hand = np.exp(fitted.scores(test) + offsets)
    np.testing.assert_allclose(fitted.predict_proba(test), by_hand / by_hand.sum(axis=1, keepdims=True), rtol=1e-6)


def test_predictions_are_the_strategys_own(dataset):
    prepared = prepare(dataset, 0)
    fitted = RebalancedClassifier(Doubled()).fit_prepared(prepared)
    test = dataset.X.iloc[prepared.test_rows]
    assert fitted.predict(test).tolist() == fitted.classes_[fitted.scores(test).argmax(axis=1)].tolist()


@pytest.mark.parametrize("labels", [np.array([3, 7, 9]), np.array(["a", "b", "c"]), np.array([-1.0, 0.0, 2.0])])
def test_labels_of_any_type(dataset, labels):
    fitted = RebalancedClassifier().fit(dataset.X, labels[dataset.y])
    assert fitted.classes_.tolist() == labels.tolist()
    assert set(fitted.predict(dataset.X)) <= set(labels)
    assert fitted.predict_proba(dataset.X).shape == (len(dataset), 3)


def test_class_without_rows_keeps_its_place(dataset):
    fitted = RebalancedClassifier().fit(dataset.X, dataset.y, classes=[2, 1, 0, 5])
    assert fitted.classes_.tolist() == [2, 1, 0, 5]
    assert fitted.predict_proba(dataset.X)[:, 3].max() < 1e-3


def test_frame_and_array_agree_on_numbers():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = (X[:, 0] > 0).astype(int)
    frame = RebalancedClassifier().fit(pd.DataFrame(X, columns=["a", "b", "c"]), y)
    array = RebalancedClassifier().fit(X, y)
    assert frame.feature_names_in_.tolist() == ["a", "b", "c"]
    assert not hasattr(array, "feature_names_in_")
    assert array.n_features_in_ == 3
    assert np.array_equal(frame.scores(pd.DataFrame(X, columns=["a", "b", "c"])), array.scores(X))


def test_order_of_columns_is_held_to(dataset):
    fitted = RebalancedClassifier().fit(dataset.X, dataset.y)
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(dataset.X[dataset.X.columns[::-1]])


def test_pickle_and_clone(dataset):
    fitted = RebalancedClassifier("none", "mlp", settings={"hidden": 8, "epochs": 1}).fit(dataset.X, dataset.y)
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(dataset.X), fitted.predict_proba(dataset.X))
    assert clone(fitted).get_params() == fitted.get_params()


def test_in_a_pipeline_and_in_cross_validation(dataset):
    pipe = make_pipeline(FunctionTransformer(), RebalancedClassifier())
    scores = cross_val_score(pipe, dataset.X, dataset.y, cv=3, scoring="roc_auc_ovr")
    assert (scores > 0.6).all()


def test_parts_can_be_objects(dataset):
    text = RebalancedClassifier("none", "logistic(C=0.1)").fit(dataset.X, dataset.y)
    objects = RebalancedClassifier(Strategy(), Logistic(C=0.1)).fit(dataset.X, dataset.y)
    assert np.array_equal(text.scores(dataset.X), objects.scores(dataset.X))


def test_random_states(dataset):
    by_int = RebalancedClassifier(random_state=3).fit(dataset.X, dataset.y)
    again = RebalancedClassifier(random_state=3).fit(dataset.X, dataset.y)
    other = RebalancedClassifier(random_state=np.random.RandomState(3)).fit(dataset.X, dataset.y)
    assert np.array_equal(by_int.scores(dataset.X), again.scores(dataset.X))
    assert not np.array_equal(by_int.scores(dataset.X), other.scores(dataset.X))


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"validation": 0}, ConfigurationError, "validation must be a share between 0 and 1, got 0"),
        ({"learner": "logistik"}, ConfigurationError, "did you mean 'logistic'"),
        ({"strategy": "nothing-known"}, ConfigurationError, "no strategy is called 'nothing-known'"),
    ],
)
def test_wrong_parameters_are_named(dataset, change, error, sentence):
    with pytest.raises(error, match=sentence):
        RebalancedClassifier(**change).fit(dataset.X, dataset.y)


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (np.zeros(600), "one class only, 0.0"),
        (np.r_[np.nan, np.zeros(599)], "NaN or infinity"),
        (np.arange(599) % 2, "inconsistent numbers of samples"),
    ],
)
def test_wrong_labels_are_named(dataset, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        RebalancedClassifier().fit(dataset.X, y)


def test_label_beyond_the_given_classes_is_named(dataset):
    with pytest.raises(ValueError, match="not one of the given classes"):
        RebalancedClassifier().fit(dataset.X, dataset.y, classes=[0, 1])
