import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longtail.strategies.targets import (
    bottom,
    frequent,
    levelled,
    lowered,
    part_of,
    raised,
    why_not_cleaned,
    why_not_lowered,
    why_not_raised,
)

COUNTS = np.array([1000, 100, 10, 1, 0])


@pytest.mark.parametrize(
    ("strength", "goals"),
    [
        (0.5, {1: 316, 2: 100, 3: 32}),  # roots of 100,000, 10,000 and 1,000
        (0.25, {1: 178, 2: 32, 3: 6}),  # 100^.75 1000^.25 is 10^2.25, then 10^1.5 and 10^.75
        (0.75, {1: 562, 2: 316, 3: 178}),
        (1.0, {1: 1000, 2: 1000, 3: 1000}),
    ],
)
def test_classes_are_raised_part_of_the_way_to_the_largest(strength, goals):
    assert raised(COUNTS, strength) == goals


def test_half_way_is_the_default():
    assert raised(COUNTS) == raised(COUNTS, 0.5)
    assert lowered(COUNTS) == lowered(COUNTS, 0.5)


def test_classes_with_too_few_rows_are_not_raised():
    assert raised(COUNTS, 0.5, least=2) == {1: 316, 2: 100}


@pytest.mark.parametrize(
    ("strength", "goals"),
    [
        (0.5, {0: 100, 1: 32}),  # roots of 10,000 and 1,000
        (0.25, {0: 316, 1: 56}),  # 1000^.75 10^.25 is 10^2.5, and 10^1.75
        (1.0, {0: 10, 1: 10}),
    ],
)
def test_classes_are_lowered_part_of_the_way_to_the_smallest(strength, goals):
    assert lowered(np.array([1000, 100, 10]), strength) == goals


def test_a_tiny_class_counts_as_the_floor():
    assert bottom(np.array([1000, 90, 2, 0]), 10) == 10
    assert lowered(np.array([1000, 90, 2]), 0.5, floor=10) == {0: 100, 1: 30}
    assert lowered(np.array([1000, 90, 2]), 1.0, floor=10) == {0: 10, 1: 10}


def test_an_empty_class_is_not_the_smallest():
    assert lowered(np.array([500, 0, 20]), 0.5) == {0: 100}


@given(st.integers(2, 10**6), st.floats(1.5, 1000), st.sampled_from([0.25, 0.5, 0.75, 1.0]))
def test_both_ways_bring_a_ratio_equally_near_to_balance(rare, ratio, strength):
    counts = np.array([round(ratio * rare) + 1, rare])
    before = counts[0] / rare
    up, down = raised(counts, strength).get(1, rare), lowered(counts, strength).get(0, int(counts[0]))
    assert abs(up - counts[0] / before ** (1 - strength)) <= 0.5 + 1e-6 * up
    assert abs(down - rare * before ** (1 - strength)) <= 0.5 + 1e-6 * down


@given(st.integers(1, 10**6), st.floats(1.5, 1000), st.integers(0, 3))
def test_half_way_acts_at_any_imbalance_above_one_and_a_half(rare, ratio, others):
    """In classes of 4 rows or more both ways: with fewer, rounding may leave nothing to do, which is said."""
    counts = np.array([int(ratio * rare) + 1, rare, *[rare] * others])
    assert why_not_raised(counts, 0.5, 1) is None or rare < 4
    assert why_not_lowered(counts, 0.5, 1) is None or rare < 4


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
    assert why_not_raised(np.array([9, 9, 0]), 0.5) == "no class is smaller than the largest, so nothing would be added"
    assert "2 rows or more" in str(why_not_raised(np.array([100, 1]), 0.5, 2))
    assert why_not_raised(np.array([100, 1]), 0.5) is None
    # the root of 6 is 2.4
    assert "at strength 0.5 each class that is smaller than the largest has a goal that rounds to its own size" in str(
        why_not_raised(np.array([3, 2]), 0.5)
    )


def test_nothing_to_lower_is_said():
    assert (
        why_not_lowered(np.array([10, 3]), 0.5, 10)
        == "no class has more than 10 rows, the size of the smallest or the floor, so nothing would be removed"
    )
    assert why_not_lowered(np.array([101, 3]), 0.5, 10) is None
    # 11^.75 10^.25 is 10.7
    assert "each class of more than 10 rows has a goal that rounds to its own size" in str(
        why_not_lowered(np.array([11, 10]), 0.25)
    )


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
