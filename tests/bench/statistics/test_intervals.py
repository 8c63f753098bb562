import numpy as np
import pytest
from scipy import stats

from longtail.bench.statistics.intervals import interval


def test_equals_scipys_t_interval():
    values = np.random.default_rng(0).normal(size=5)
    found = interval(values)
    expected = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    assert (found.low, found.high) == pytest.approx(expected)
    assert (found.mean, found.n) == (pytest.approx(values.mean()), 5)


def test_worked_by_hand():
    # mean 2, sd 1, t = 4.3027 with 2 degrees of freedom
    found = interval([1.0, 2.0, 3.0])
    assert found.high - found.mean == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)


def test_one_value_has_no_interval_and_none_no_mean():
    assert interval([0.5]).mean == 0.5
    assert np.isnan(interval([0.5]).low)
    assert interval([np.nan]).n == 0
    assert np.isnan(interval([]).mean)


def test_unknown_values_are_left_out():
    assert interval([1.0, np.nan, 3.0]) == interval([1.0, 3.0])
