import numpy as np
import pytest
from imblearn.under_sampling import RandomUnderSampler

from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.random_undersampling import RandomUndersampling


def resampled(table, seed=0, **parameters):
    return RandomUndersampling(**parameters).resample(table, np.random.default_rng(seed), Resources())


def test_rows_are_those_of_imblearn_with_the_same_seed(make_table):
    table = make_table((400, 130, 12))
    seed = int(np.random.default_rng(3).integers(2**31))
    sampler = RandomUnderSampler(sampling_strategy={0: 69, 1: 39}, random_state=seed)
    x, y = sampler.fit_resample(table.x, table.y)
    rows = resampled(table, 3)
    assert (rows.x == x).all()
    assert (rows.y == y).all()


def test_each_class_comes_half_way_to_the_smallest(make_table):
    # roots of 900 * 20 and 50 * 20
    assert resampled(make_table((900, 50, 20))).counts.tolist() == [134, 32, 20]


def test_strength_one_and_floor_one_balance_all_classes(make_table):
    assert resampled(make_table((90, 50, 7, 0)), strength=1.0, floor=1).counts.tolist() == [7, 7, 7, 0]


def test_a_class_of_two_rows_does_not_cost_all_others(make_table):
    assert resampled(make_table((900, 300, 2))).counts.tolist() == [95, 55, 2]


def test_fields_of_a_row_travel_with_it_and_none_comes_twice(make_table):
    table = make_table((400, 12))
    rows = resampled(table)
    assert len(np.unique(rows.group)) == len(rows) < len(table)
    for field in ("x", "y", "weight", "propensity"):
        assert (getattr(rows, field) == getattr(table, field)[rows.group]).all()


def test_the_priors_trained_on_are_those_of_the_rows_kept(make_table):
    strategy, table = RandomUndersampling(), make_table((900, 20))
    trained = resampled(table).profile
    assert strategy.shift(trained).tolist() == [1, 1]
    assert trained.counts.tolist() == [134, 20]


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(RandomUndersampling().why_skip(make_table((90, 90)).profile))
    assert RandomUndersampling().why_skip(make_table((900, 12)).profile) is None


@pytest.mark.parametrize("parameters", [{"strength": 0}, {"floor": 0}, {"floor": 2.5}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        RandomUndersampling(**parameters)
