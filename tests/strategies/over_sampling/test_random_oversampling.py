import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.random_oversampling import RandomOversampling


def resampled(table, seed=0, **parameters):
    return RandomOversampling(**parameters).resample(table, np.random.default_rng(seed), Resources())


def test_rows_are_those_of_imblearn_with_the_same_seed(make_table):
    table = make_table((200, 30, 5))
    seed = int(np.random.default_rng(3).integers(2**31))
    x, y = RandomOverSampler(sampling_strategy={1: 77, 2: 32}, random_state=seed).fit_resample(table.x, table.y)
    rows = resampled(table, 3)
    assert (rows.x == x).all()
    assert (rows.y == y).all()


def test_each_class_comes_half_way_to_the_largest(make_table):
    # roots of 200 * 30, 200 * 5 and 200 * 1
    assert resampled(make_table((200, 30, 5, 1, 0))).counts.tolist() == [200, 77, 32, 14, 0]


def test_strength_one_balances_all_classes(make_table):
    assert resampled(make_table((200, 30, 5, 1, 0)), strength=1.0).counts.tolist() == [200] * 4 + [0]


def test_n1_grows_by_k_times_n1(make_table):
    # the accounting n1' = n1 + k n1: 5 rows and full balance with 200 make k = 39
    assert resampled(make_table((200, 5)), strength=1.0).counts.tolist() == [200, 5 + 39 * 5]


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


def test_shaken_rows_are_those_of_imblearn_and_categories_stay(make_table):
    table = make_table((200, 30, 5), (0, 4, 0))
    seed = int(np.random.default_rng(3).integers(2**31))
    numbers = table.x[:, [0, 2]]
    sampler = RandomOverSampler(sampling_strategy={1: 77, 2: 32}, random_state=seed, shrinkage=0.7)
    x, y = sampler.fit_resample(numbers, table.y)
    rows = resampled(table, 3, shrinkage=0.7)
    np.testing.assert_allclose(rows.x[:, [0, 2]], x, rtol=1e-6)
    assert (rows.x[:, 1] == table.x[rows.group, 1]).all()
    assert (rows.weight == table.weight[rows.group]).all()
    assert (rows.y == y).all()


def test_the_noise_of_rose_is_as_wide_as_is_best_for_a_normal_density(make_table):
    # Menardi and Torelli's h = (4 / ((d + 2) n))^(1 / (d + 4)) times the class's deviation; here n counts all rows
    table = make_table((4000, 100), (0, 0))
    rows = resampled(table, strength=1.0, shrinkage=1.0)
    noise = rows.x[4100:] - table.x[rows.group[4100:]]
    width = (4 / (4 * 4100)) ** (1 / 6) * table.x[table.y == 1].std(axis=0)
    np.testing.assert_allclose(noise.std(axis=0), width, rtol=0.05)


def test_categories_alone_are_repeated_whatever_the_shrinkage(make_table):
    table = make_table((200, 5), (4, 3))
    assert (resampled(table, shrinkage=1.0).x == resampled(table).x).all()


@pytest.mark.parametrize("shrinkage", [-1, "much", True, float("nan")])
def test_an_impossible_shrinkage_is_refused(shrinkage):
    with pytest.raises(ValueError, match="shrinkage must be"):
        RandomOversampling(shrinkage=shrinkage)


@pytest.mark.parametrize("strength", [0, 1.5, "much", True])
def test_an_impossible_strength_is_refused(strength):
    with pytest.raises(ValueError, match="strength must be a number above 0 and at most 1, got"):
        RandomOversampling(strength=strength)
