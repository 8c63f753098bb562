import numpy as np
import pytest
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier

from longtail.strategies.mechanisms.growing_set import GrowingNearest


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 3)).astype(np.float32), rng.integers(3, size=40)


def test_while_it_grows_its_answers_are_those_of_scikit_learn(rows):
    x, y = rows
    queries = np.random.default_rng(1).normal(size=(200, 3)).astype(np.float32)
    growing = clone(GrowingNearest())
    for size in (1, 5, 6, 7, 40):
        growing.fit(x[:size], y[:size])
        plain = KNeighborsClassifier(1).fit(x[:size], y[:size])
        assert (growing.predict(queries) == plain.predict(queries)).all()
        assert growing.predict(queries[3:4]) == plain.predict(queries[3:4])  # in between it is asked about one
        assert (growing.predict(queries[:9]) == plain.predict(queries[:9])).all()  # and about others


def test_a_tie_goes_to_the_row_that_came_first():
    growing = GrowingNearest().fit(np.array([[-1.0], [1.0]]), np.array([4, 2]))
    assert growing.predict(np.array([[0.0], [0.0]])).tolist() == [4, 4]
    assert growing.predict(np.array([[0.0]])).tolist() == [4]
