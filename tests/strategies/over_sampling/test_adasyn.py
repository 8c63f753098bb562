import numpy as np
import pytest
from imblearn.over_sampling import ADASYN

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.adasyn import Adasyn
from longtail.strategies.table import Table


def resampled(table, seed=0, **parameters):
    return Adasyn(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("cardinalities", [(0, 0, 0), (0, 4, 0)])
@pytest.mark.parametrize(
    ("counts", "goals"), [((300, 300, 20), {2: 77}), ((300, 40, 20), {1: 110, 2: 77}), ((30, 300, 60), {0: 95, 2: 134})]
)
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, cardinalities, counts, goals):
    table = make_table(counts, cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    x, y = ADASYN(sampling_strategy=goals, random_state=seed).fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 7)
    assert len(rows) > len(table)
    assert (rows.x == table.from_one_hot(x)).all()
    assert (rows.y == y).all()


def test_a_row_gets_as_many_as_it_has_neighbours_of_other_classes():
    # two pairs of rare rows, each of which sees the other and one frequent row, or two; the new ones lie between pairs
    x = np.array([[0], [1], [1.5], [100], [101], [101.5], [102], [300], [301], [302], [303], [304]], np.float32)
    y = np.array([1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    table = Table(x, y, 2, (0,), np.ones(len(y), np.float32))
    new = resampled(table, strength=1.0, n_neighbors=1).x[len(table) :]
    # the nearest of 0 is 1, of 1 it's 1.5, of 100 it's 101, of 101 it's 101.5: two rows get half of the four each
    assert len(new) == 4
    assert sorted(new[:, 0] > 50) == [False, False, True, True]


def test_a_class_that_no_other_is_near_to_stays_as_it_is(make_table):
    table = make_table((300, 10), (0, 0))
    table.x[table.y == 1] += 1000
    assert resampled(table).counts.tolist() == [300, 10]


@pytest.mark.parametrize("counts", [(300, 190), (300, 140)])
def test_a_class_that_needs_few_more_rows_gets_a_part_of_as_many_as_it_has(make_table, counts):
    # the library alone would make none: every row's number is rounded to 0
    table = make_table(counts, (0, 0, 0))
    few, seed = counts[1], int(np.random.default_rng(7).integers(2**31))
    x, _ = ADASYN(sampling_strategy={1: 2 * few}, random_state=seed).fit_resample(table.x, table.y)
    rows = resampled(table, 7)
    assert rows.counts.tolist() == [300, round((300 * few) ** 0.5)]
    assert (rows.x[: len(table)] == table.x).all()
    assert {tuple(row) for row in rows.x[len(table) :]} <= {tuple(row) for row in x[len(table) :]}


def test_rare_classes_take_the_neighbours_that_they_have(make_table):
    counts = resampled(make_table((300, 3, 2, 1, 0))).counts
    assert counts[1:3].min() > 20
    assert counts[3:].tolist() == [1, 0]


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(Adasyn().why_skip(make_table((200, 200)).profile))


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="n_neighbors must be"):
        Adasyn(n_neighbors=0)
