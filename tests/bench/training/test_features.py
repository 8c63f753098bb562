import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from longtail.bench.training.features import DENSE_WIDTH, Hashed, indicators, wrapped
from longtail.strategies.table import Table


def table(cardinalities=(0, 3, 0, 500), n=60, seed=0):
    rng = np.random.default_rng(seed)
    columns = [rng.integers(c, size=n) if c else rng.normal(size=n) for c in cardinalities]
    x = np.stack(columns, axis=1).astype(np.float32)
    return Table(x, rng.integers(2, size=n), 2, cardinalities, np.ones(n, np.float32))


def test_wide_indicators_are_sparse_and_equal_the_dense_ones():
    wide = table()
    found = indicators(wide)
    assert sparse.issparse(found)
    assert np.array_equal(found.toarray().astype(np.float32), wide.one_hot())


def test_narrow_indicators_are_dense():
    narrow = table((0, 3, DENSE_WIDTH - 4))
    assert isinstance(indicators(narrow), np.ndarray)
    assert indicators(narrow).shape == (60, DENSE_WIDTH)


def test_hashing_by_hand():
    # 6 codes to keep within: 0, 1, 2 stay; 3 -> 3 + 3 % 3 = 3, 4 -> 4, 5 -> 5, 6 -> 3, 7 -> 4
    x = np.array([[0], [1], [2], [3], [4], [5], [6], [7]], np.float32)
    given = Table(x, np.zeros(8, np.int64), 2, (8,), np.ones(8, np.float32))
    assert Hashed(6)(given).ravel().tolist() == [0, 1, 2, 3, 4, 5, 3, 4]
    assert given.x.ravel().tolist() == list(range(8))


def test_hashing_leaves_numbers_and_narrow_categories():
    given = table((0, 255, 1024))
    hashed = Hashed()(given)
    assert np.array_equal(hashed[:, :2], given.x[:, :2])
    assert hashed[:, 2].max() < 255
    assert Hashed()(table((0, 255))) is not None


def test_rows_of_one_class_give_a_constant():
    given = table()
    alone = Table(given.x, np.ones(60, np.int64), 2, given.cardinalities, given.weight)
    model = wrapped(LogisticRegression(), alone, indicators)
    np.testing.assert_allclose(np.exp(model.scores(alone))[:, 1], 1, atol=1e-5)


@pytest.mark.parametrize("limit", [255, 16])
def test_hashed_codes_stay_below_the_limit(limit):
    assert Hashed(limit)(table((5000,), 4000)).max() < limit
