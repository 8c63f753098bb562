import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler

from longtail.strategies.base import Kit
from longtail.strategies.over_sampling.random_oversampling import RandomOversampling


def resampled(table, seed=0, **parameters):
    return RandomOversampling(**parameters).resample(table, np.random.default_rng(seed), Kit())


def test_rows_are_those_of_imblearn_with_the_same_seed(make_table):
    table = make_table((200, 30, 5))
    seed = int(np.random.default_rng(3).integers(2**31))
    x, y = RandomOverSampler(sampling_strategy={2: 20}, random_state=seed).fit_resample(table.x, table.y)
    rows = resampled(table, 3)
    assert (rows.x == x).all()
    assert (rows.y == y).all()


def test_each_class_reaches_a_tenth_of_the_largest(make_table):
    assert resampled(make_table((200, 30, 5, 1, 0))).counts.tolist() == [200, 30, 20, 20, 0]


def test_n1_grows_by_k_times_n1(make_table):
    # the accounting n1' = n1 + k n1: 5 rows and a target of .5 of 200 make k = 19
    assert resampled(make_table((200, 5)), target=0.5).counts.tolist() == [200, 5 + 19 * 5]


def test_fields_of_a_row_travel_with_it(make_table):
    table = make_table((200, 5))
    rows = resampled(table)
    place = rows.group
    assert len(rows) > len(table)
    for field in ("x", "y", "weight", "propensity"):
        assert (getattr(rows, field) == getattr(table, field)[place]).all()


def test_balanced_rows_are_skipped_with_a_reason(make_table):
    assert "nothing would be added" in str(RandomOversampling().why_skip(make_table((50, 50)).profile))
    assert RandomOversampling().why_skip(make_table((200, 5)).profile) is None


@pytest.mark.parametrize("target", [0, 1.5, "much"])
def test_an_impossible_target_is_refused(target):
    with pytest.raises(ValueError, match="target must be"):
        RandomOversampling(target=target)
