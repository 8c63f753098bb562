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


def test_a_class_that_would_lose_all_its_rows_keeps_them(make_table):
    table = make_table((9, 3, 2))
    left = cleaning.kept(table, np.flatnonzero(table.y == 2))
    assert left.counts.tolist() == [9, 3, 2]
    some = cleaning.kept(table, np.flatnonzero(table.y != 1)[1:])
    assert some.counts.sum() == 9 + 3 + 2 - 1


def test_a_class_all_of_whose_rows_lie_amid_another_stays():
    # every row of the larger class has rows of the smaller on both sides, so each is voted out
    x = np.arange(11, dtype=np.float32)[:, None]
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    table = Table(x, y, 2, (0,), np.ones(11, np.float32))
    rows = EditedNearestNeighbours(n_neighbors=2).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts.tolist() == [6, 5]
