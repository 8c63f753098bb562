"""Draws that make a tail: sizes worked out by hand, and fixed."""

import numpy as np
import pytest

from longtail.datasets.reading.tails import PROFILES, shares, tailed, thinned

Y = np.repeat(np.arange(3), [100, 60, 80])


@pytest.mark.parametrize(
    ("profile", "ratio", "sizes"),
    [
        # 100 rows of class 0: the others may have 10**(-1/2) and 1/10 of that
        ("exponential", 10, [100, 31, 10]),
        # a = log 9 / log 3 = 2: 1, 1/4, 1/9
        ("zipf", 9, [100, 25, 11]),
        # two classes of one size: the second has 60 rows
        ("step", 5, [60, 60, 12]),
        # no imbalance: the smallest class is the cap
        ("exponential", 1, [60, 60, 60]),
    ],
)
def test_sizes_follow_the_profile_as_far_as_rows_last(profile, ratio, sizes):
    rows = tailed(Y, np.arange(3), profile, ratio)
    assert np.bincount(Y[rows]).tolist() == sizes
    assert (np.diff(rows) > 0).all()


def test_the_order_says_which_class_is_frequent():
    rows = tailed(Y, np.array([2, 0, 1]), "exponential", 16)
    assert np.bincount(Y[rows]).tolist() == [20, 5, 80]


@pytest.mark.parametrize("profile", PROFILES)
def test_shares_fall_from_one_to_one_over_the_ratio(profile):
    share = shares(profile, 10, 50)
    assert share[0] == 1 and share[-1] == pytest.approx(1 / 50)
    assert (np.diff(share) <= 0).all()


def test_the_draw_is_fixed_and_no_class_is_lost():
    assert np.array_equal(tailed(Y, np.arange(3), "zipf", 9), tailed(Y, np.arange(3), "zipf", 9))
    assert np.bincount(Y[tailed(Y, np.arange(3), "exponential", 1e6)]).min() == 1


def test_thinning_keeps_all_others_and_fewer_are_a_part_of_more():
    chosen = np.arange(1000) % 4 == 0
    few, many = thinned(chosen, 10), thinned(chosen, 100)
    assert len(few) == 760 and len(many) == 850
    assert set(few) <= set(many) and set(np.flatnonzero(~chosen)) <= set(few)
    assert np.array_equal(few, thinned(chosen, 10)) and (np.diff(few) > 0).all()
