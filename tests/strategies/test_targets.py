import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longtail.strategies.targets import (
    cap,
    frequent,
    levelled,
    lowered,
    part_of,
    raised,
    why_not_cleaned,
    why_not_lowered,
    why_not_raised,
)

COUNTS = np.array([1000, 300, 99, 100, 1, 0])


def test_classes_below_a_tenth_of_the_largest_are_raised_to_it():
    assert raised(COUNTS, 0.1) == {2: 100, 4: 100}


def test_classes_with_too_few_rows_are_not_raised():
    assert raised(COUNTS, 0.1, least=2) == {2: 100}


def test_a_share_that_is_no_exact_float_gives_a_whole_goal():
    assert raised(np.array([30, 2]), 0.1) == {1: 3}  # .1 * 30 is 3.0000000000000004


def test_target_one_raises_to_the_largest():
    assert raised(np.array([5, 5, 2]), 1.0) == {2: 5}


def test_classes_are_lowered_to_ten_times_the_smallest():
    assert lowered(np.array([5000, 200, 20]), 0.1) == {0: 200}


def test_a_tiny_class_counts_as_the_floor():
    assert cap(np.array([5000, 90, 2]), 0.1, floor=10) == 100
    assert lowered(np.array([5000, 90, 2]), 0.1, floor=10) == {0: 100}


def test_an_empty_class_is_not_the_smallest():
    assert lowered(np.array([500, 0, 20]), 0.1) == {0: 200}


@pytest.mark.parametrize(
    ("total", "kept"), [(10, [4, 4, 1]), (11, [5, 5, 1]), (12, [6, 5, 1]), (100, [8, 5, 1]), (3, [1, 1, 1])]
)
def test_levelling_cuts_the_largest_classes_to_one_height(total, kept):
    assert levelled(np.array([8, 5, 1]), total).tolist() == kept


@given(arrays(np.int64, st.integers(1, 8), elements=st.integers(0, 300)), st.integers(1, 900))
def test_levelling_is_the_highest_that_fits(counts, total):
    kept = levelled(counts, total)
    assert kept.sum() <= total
    higher = np.minimum(counts, kept.max() + 1)
    assert higher.sum() > total or (kept == counts).all()


def test_nothing_to_raise_is_said():
    assert (
        why_not_raised(np.array([10, 1]), 0.1)
        == "no class is smaller than 0.1 of the largest, so nothing would be added"
    )
    assert "2 rows or more" in str(why_not_raised(np.array([100, 1]), 0.1, 2))
    assert why_not_raised(np.array([100, 1]), 0.1) is None


def test_nothing_to_lower_is_said():
    assert (
        why_not_lowered(np.array([99, 3]), 0.1, 10)
        == "no class has more than its goal of 100 rows, so nothing would be removed"
    )
    assert why_not_lowered(np.array([101, 3]), 0.1, 10) is None


def test_part_of_draws_without_replacement():
    y = np.repeat([0, 1, 2], (50, 9, 2))
    rows = part_of(y, np.array([5, 9, 0]), np.random.default_rng(0))
    assert len(set(rows)) == 14
    assert np.bincount(y[rows]).tolist() == [5, 9]


def test_cleaning_spares_the_smallest_class_and_those_that_are_rare_beside_the_largest():
    assert frequent(np.array([100, 50, 10, 11, 0])) == [0, 1, 3]
    assert frequent(np.array([100, 50, 10, 11, 0]), 0.5) == [0]
    assert frequent(np.array([100, 90, 90]), 0.0) == [0]
    assert why_not_cleaned(np.array([100, 2])) is None


def test_equal_classes_are_not_cleaned():
    assert frequent(np.array([60, 60, 60])) == []
    assert "no class is larger" in str(why_not_cleaned(np.array([60, 60])))
