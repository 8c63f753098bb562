import numpy as np
import pytest

from longtail.strategies.base import Resources
from longtail.strategies.mechanisms import cleaning
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.all_knn import AllKnn
from longtail.strategies.under_sampling.condensed_nearest_neighbour import CondensedNearestNeighbour
from longtail.strategies.under_sampling.edited_nearest_neighbours import EditedNearestNeighbours
from longtail.strategies.under_sampling.neighbourhood_cleaning import NeighbourhoodCleaning
from longtail.strategies.under_sampling.one_sided_selection import OneSidedSelection
from longtail.strategies.under_sampling.tomek_links import TomekLinks

EVERY = (
    AllKnn,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    NeighbourhoodCleaning,
    OneSidedSelection,
    TomekLinks,
)


@pytest.mark.parametrize("kind", EVERY)
def test_rows_are_only_taken_from_frequent_classes_and_travel_whole(make_table, kind):
    table = make_table((300, 120, 20, 5, 1, 0), (0, 0, 4, 3))
    rows = kind().resample(table, np.random.default_rng(0), Resources())
    assert rows.counts[2:].tolist() == [20, 5, 1, 0]
    assert (rows.counts[:2] > 0).all()
    assert len(rows) < len(table)
    assert len(np.unique(rows.group)) == len(rows)
    for field in ("x", "y", "weight", "propensity"):
        assert (getattr(rows, field) == getattr(table, field)[rows.group]).all()


@pytest.mark.parametrize("kind", EVERY)
def test_a_class_just_above_the_share_is_cleaned_and_one_at_it_is_not(make_table, kind):
    table = make_table((200, 100, 30, 5), (0, 0))
    rows = kind(above=0.5).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts[1:].tolist() == [100, 30, 5]
    assert rows.counts[0] < 200


@pytest.mark.parametrize("kind", EVERY)
def test_it_says_why_it_has_nothing_to_do(make_table, kind):
    equal = make_table((30, 30)).profile
    assert "no class is larger" in str(kind().why_skip(equal))
    assert kind(classes="all").why_skip(equal) is None
    assert kind().why_skip(make_table((30, 3)).profile) is None


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("parameters", [{"classes": "some"}, {"above": 1.0}, {"above": "half"}])
def test_impossible_parameters_are_refused(kind, parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        kind(**parameters)


@pytest.mark.parametrize(
    ("counts", "left", "floors"),
    [
        ([50, 30, 12], [0, 3, 12], [12, 12, 12]),  # the smallest class is not cleaned, and stays the smallest
        ([50, 30, 40], [20, 15, 0], [15, 15, 15]),  # all are cleaned: what is left of the smallest counts
        ([50, 30, 12], [9, 9, 4], [10, 10, 10]),  # ten rows, if they are there
        ([50, 8, 3, 0], [0, 0, 0, 0], [10, 8, 3, 0]),
        ([40, 40], [30, 15], [15, 15]),  # of two smallest classes the one with fewer left
    ],
)
def test_floors_by_hand(counts, left, floors):
    assert cleaning.floors(np.array(counts), np.array(left)).tolist() == floors


def test_what_is_left_of_a_class_makes_no_jump(make_table):
    table = make_table((40, 15))
    own, others = np.flatnonzero(table.y == 0), np.flatnonzero(table.y == 1)
    for number in range(41):
        rows = cleaning.kept(table, np.sort(np.append(own[:number], others)), Resources())
        assert rows.counts.tolist() == [max(number, 15), 15]
        assert len(np.unique(rows.group)) == len(rows)
        assert set(own[:number]) <= set(rows.group)


def test_rows_amid_their_own_class_come_back_first(monkeypatch):
    # five neighbours of 30, 31, 32, 33, 34 and 35 are of their class, of 0 to 10 two are
    monkeypatch.setattr(cleaning, "LEAST", 1)
    x = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 31, 32, 33, 34, 35], np.float32)[:, None]
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    table = Table(x, y, 2, (0,), np.ones(17, np.float32))
    rare = np.flatnonzero(y == 1)
    for order in (np.arange(17), np.arange(17)[::-1]):
        moved = table.take(order)
        rows = cleaning.kept(moved, np.flatnonzero(moved.y == 1), Resources())
        back = moved.x[(moved.y == 0) & (moved.x[:, 0] >= 30), 0][:5]
        assert rows.x[5:, 0].tolist() == back.tolist()  # as many as there are rare rows, the first ones of equals
    some = cleaning.kept(table, np.append(rare, [0, 10]), Resources())
    assert some.x[5:, 0].tolist() == [0, 10, 30, 31, 32]


def test_no_neighbour_is_looked_for_where_enough_rows_are_left(make_table):
    def never(k):
        raise AssertionError

    table = make_table((40, 15))
    rows = np.append(np.flatnonzero(table.y == 0)[:15], np.flatnonzero(table.y == 1))
    assert cleaning.kept(table, rows, Resources(neighbors=never)).group.tolist() == rows.tolist()


def test_a_class_all_of_whose_rows_lie_amid_another_stays_as_large_as_it(monkeypatch):
    # every row of the larger class has rows of the smaller on both sides, so each is voted out
    monkeypatch.setattr(cleaning, "LEAST", 1)
    x = np.arange(11, dtype=np.float32)[:, None]
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    table = Table(x, y, 2, (0,), np.ones(11, np.float32))
    rows = EditedNearestNeighbours(n_neighbors=2).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts.tolist() == [5, 5]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("classes", ["frequent", "all"])
def test_no_class_gets_smaller_than_what_is_left_of_the_smallest(make_table, kind, classes):
    table = make_table((120, 60, 30), (0,))
    rows = kind(classes=classes, above=0.0).resample(table, np.random.default_rng(0), Resources())
    assert len(rows) < len(table)
    assert rows.counts.min() >= 10
    assert rows.counts[2] == rows.counts.min()
