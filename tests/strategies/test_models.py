import pickle

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from longtail.strategies.models import FLOOR, Average, Wrapped, codes, logs


class Fixed:
    def __init__(self, probabilities):
        self.probabilities = probabilities

    def scores(self, table):
        return np.log(np.asarray(self.probabilities)).astype(np.float32)


def test_scores_are_the_classifiers_log_probabilities(make_table):
    table = make_table((60, 30, 10))
    classifier = LogisticRegression().fit(table.one_hot(), table.y)
    expected = classifier.predict_log_proba(table.one_hot())
    np.testing.assert_allclose(Wrapped(classifier, 3).scores(table), expected, atol=1e-5)


def test_a_class_absent_from_training_gets_the_floor_in_its_own_column(make_table):
    table = make_table((40, 0, 20, 0))
    classifier = RandomForestClassifier(5, random_state=0).fit(table.x, table.y)
    scores = Wrapped(classifier, 4, codes).scores(table)
    np.testing.assert_allclose(scores[:, [1, 3]], np.log(FLOOR), atol=1e-5)
    np.testing.assert_allclose(np.exp(scores.astype(float)).sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(np.exp(scores[:, [0, 2]]), classifier.predict_proba(table.x), atol=1e-6)


def test_wrapped_models_pickle(make_table):
    table = make_table((40, 20))
    model = Wrapped(LogisticRegression().fit(table.one_hot(), table.y), 2)
    assert (pickle.loads(pickle.dumps(model)).scores(table) == model.scores(table)).all()


def test_the_average_is_of_probabilities(make_table):
    table = make_table((1, 0))
    average = Average([Fixed([[0.9, 0.1]]), Fixed([[0.5, 0.5]])]).scores(table)
    np.testing.assert_allclose(np.exp(average), [[0.7, 0.3]], atol=1e-6)


def test_an_average_of_nothing_is_refused():
    with pytest.raises(ValueError, match="one member or more"):
        Average([])


def test_logs_are_normalised_and_floored():
    given = logs([[2.0, 2.0, 0.0]])
    np.testing.assert_allclose(np.exp(given.astype(float)), [[0.5, 0.5, FLOOR]], rtol=1e-5)
    assert given.dtype == np.float32
