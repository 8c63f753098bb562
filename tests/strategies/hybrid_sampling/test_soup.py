import numpy as np
import pytest

from longtail.strategies.base import Resources
from longtail.strategies.hybrid_sampling.soup import Soup, common_size
from longtail.strategies.table import Table

# fmt: off
MULTI_IMBALANCE = [
    [0, 1, 7, 7, 8, 8, 8, 8, 9, 10, 12, 13, 13, 15, 16, 16, 17, 18, 18, 18, 19, 20, 21, 22, 24, 25, 27, 27, 30, 33, 36,
     40, 41, 43, 45, 48, 49, 51, 52, 54, 54, 54, 55, 56, 57, 58, 60, 61, 62, 62, 62, 62, 63, 64, 65, 67, 68, 69, 70, 70,
     71, 72, 74, 74, 75, 76, 77, 80, 81, 81, 81, 81],
    [0, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7, 8, 9, 10, 10, 10, 10, 12, 15, 16, 18, 18, 18, 20, 21, 21, 21, 21, 24, 25, 26,
     26, 26, 29, 31, 34, 35, 37, 39, 41, 44, 45, 46, 47, 47, 47, 47, 48, 49, 50, 51, 52, 52, 52, 53, 55, 55, 55, 56, 56,
     56, 56, 58, 63, 64, 65, 66, 67, 69],
]
"""rows that SOUP(k=5) of the authors' multi-imbalance 0.0.14 keeps of the tables below; its safe levels, which are sums
in the order of the neighbours, rounded to 9 digits so that equally safe rows count as such"""
# fmt: on


def table_of(counts, seed):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    x = rng.normal(y[:, None] * 0.7, 1, (len(y), 2)).astype(np.float32)
    mark = np.arange(len(y))
    return Table(x, y, len(counts), (0, 0), (mark + 1).astype(np.float32), group=mark)


def resampled(table, **parameters):
    return Soup(**parameters).resample(table, np.random.default_rng(0), Resources())


@pytest.mark.parametrize(("counts", "seed"), [((40, 25, 12, 5), 0), ((60, 10), 1)])
def test_rows_are_those_of_the_authors_package(counts, seed):
    table = table_of(counts, seed)
    rows = resampled(table, n_neighbors=5)
    assert sorted(rows.group.tolist()) == MULTI_IMBALANCE[seed]
    for field in ("x", "y", "weight"):
        assert (getattr(rows, field) == getattr(table, field)[rows.group]).all()


def test_how_safe_a_row_is_by_hand():
    # sizes 4, 2 and 1: the first class is as similar to itself as 1, to the others as 2 / 4 and 1 / 4
    x = np.array([0, 1, 10, 11, 2.5, 3.1, 13.5], np.float32)[:, None]
    y = np.array([0, 0, 0, 0, 1, 1, 2])
    safety = Soup(n_neighbors=2).safety(x, y, 0, Resources())
    # 0: 1 and 2.5; 1: 0 and 2.5; 10: 11 and 13.5; 11: 10 and 13.5
    assert safety.tolist() == [0.75, 0.75, 0.625, 0.625]
    # 2.5: 3.1 and 1; 3.1: 2.5 and 1
    assert Soup(n_neighbors=2).safety(x, y, 1, Resources()).tolist() == [0.75, 0.75]


@pytest.mark.parametrize(
    ("sizes", "goal"),
    [
        ((100, 20), 60),
        ((40, 25, 12, 5), 18),
        ((50, 30, 20), 35),  # between 20 and 50
        ((10, 20, 20), 15),  # none is above the median, 20
        ((20, 20, 41), 30),
    ],
)
def test_the_common_size_lies_between_small_and_large_classes(sizes, goal):
    assert common_size(np.array(sizes)) == goal


def test_all_classes_get_one_size(make_table):
    rows = resampled(make_table((200, 60, 9, 2, 1, 0), (0, 0, 4)))
    assert rows.counts.tolist() == [31] * 5 + [0]  # between 2 and 60


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "the same size already" in str(Soup().why_skip(make_table((60, 60, 0)).profile))
    assert Soup().why_skip(make_table((60, 59)).profile) is None


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="n_neighbors must be"):
        Soup(n_neighbors=0)
