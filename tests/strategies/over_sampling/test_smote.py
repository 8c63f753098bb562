import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.smote import Smote

NUMBERS, MIXED, CATEGORIES = (0, 0, 0), (0, 5, 0, 3), (6, 4)


def resampled(table, seed=0, **parameters):
    return Smote(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize(
    ("cardinalities", "sampler"),
    [(NUMBERS, SMOTE()), (MIXED, SMOTENC(categorical_features=[1, 3])), (CATEGORIES, SMOTEN())],
)
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, cardinalities, sampler):
    table = make_table((300, 60, 12), cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    sampler.set_params(sampling_strategy={1: 134, 2: 60}, random_state=seed, k_neighbors=5)
    x, y = sampler.fit_resample(table.x, table.y)
    rows = resampled(table, 7)
    assert len(rows) == len(table) + 74 + 48
    np.testing.assert_allclose(rows.x, x, rtol=1e-6)
    assert (rows.y == y).all()


def test_a_class_looks_at_all_that_it_has_where_that_is_less_than_k(make_table):
    table = make_table((300, 40, 12, 3), NUMBERS)
    rng = np.random.default_rng(1)
    seeds = [int(rng.integers(2**31)) for _ in range(2)]
    few, _ = SMOTE(sampling_strategy={3: 30}, k_neighbors=2, random_state=seeds[0]).fit_resample(table.x, table.y)
    many, _ = SMOTE(sampling_strategy={1: 110, 2: 60}, k_neighbors=5, random_state=seeds[1]).fit_resample(
        table.x, table.y
    )
    assert (resampled(table, 1).x == np.concatenate([few, many[len(table) :]])).all()


def test_new_numbers_lie_between_rows_of_their_class(make_table):
    table = make_table((300, 2), NUMBERS)
    two = table.x[table.y == 1]
    new = resampled(table).x[len(table) :]
    step = (new - two[0]) / (two[1] - two[0])
    assert len(new) == 22
    np.testing.assert_allclose(step, np.broadcast_to(step[:, :1], step.shape), atol=1e-4)
    assert step.min() >= -1e-6
    assert step.max() <= 1 + 1e-6


@pytest.mark.parametrize("cardinalities", [MIXED, CATEGORIES])
def test_new_codes_are_ones_that_the_class_has(make_table, cardinalities):
    table = make_table((400, 9), cardinalities)
    rows = resampled(table)
    for column in np.flatnonzero(table.categorical):
        assert set(rows.x[len(table) :, column]) <= set(table.x[table.y == 1, column])


def test_a_class_with_one_row_stays_as_it_is(make_table):
    assert resampled(make_table((200, 6, 1, 0))).counts.tolist() == [200, 35, 1, 0]


def test_old_rows_keep_their_weight_and_new_ones_weigh_one(make_table):
    table = make_table((200, 6))
    rows = resampled(table)
    assert (rows.weight[: len(table)] == table.weight).all()
    assert (rows.weight[len(table) :] == 1).all()
    assert rows.propensity is None  # nobody knows it of a synthetic row
    assert rows.group is None


def test_a_constant_column_and_equal_rows_work(make_table):
    table = make_table((100, 4), (0, 0, 3))
    table.x[:, 0] = 2
    table.x[table.y == 1] = table.x[table.y == 1][0]
    new = resampled(table).x[104:]
    assert (new == table.x[table.y == 1][0]).all()


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "2 rows or more" in str(Smote().why_skip(make_table((200, 1)).profile))
    assert "nothing would be added" in str(Smote().why_skip(make_table((200, 200)).profile))
    assert Smote().why_skip(make_table((200, 2)).profile) is None


def test_the_machines_neighbours_are_used_where_it_lends_any(make_table):
    from sklearn.neighbors import NearestNeighbors

    asked = []

    def lent(k):
        asked.append(k)
        return NearestNeighbors(n_neighbors=k)

    table = make_table((300, 12), NUMBERS)
    Smote().resample(make_table((300, 12), CATEGORIES), np.random.default_rng(0), Resources(neighbors=lent))
    assert asked == []  # SMOTE-N's distances are no Euclidean ones
    lending = Smote().resample(table, np.random.default_rng(0), Resources(neighbors=lent))
    assert asked == [6]  # a row is its own nearest
    assert (lending.x == resampled(table).x).all()


def test_an_impossible_number_of_neighbours_is_refused():
    with pytest.raises(ValueError, match="k_neighbors must be a whole number of 1 or more, got 0"):
        Smote(k_neighbors=0)
