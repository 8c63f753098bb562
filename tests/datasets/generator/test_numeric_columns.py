"""Numeric columns."""

import numpy as np
import pytest

from longtail.datasets.generator.numeric_columns import NUMBERS, PAIRS, NumericColumn

NORMAL = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_signals_are_standard_and_functions_of_the_value(number):
    value = number.value(NORMAL)
    signal = number.signal(NORMAL, value)
    assert value.dtype == signal.dtype == np.float32
    assert abs(signal.mean()) < 0.1 and signal.std() == pytest.approx(1, abs=0.15)
    order = np.argsort(value, kind="stable")
    steps = np.diff(value[order]) == 0
    if number.margin == "count":
        # equal counts have equal signals: the class can't depend on what the count has lost
        assert np.ptp(signal[value == value[0]]) == 0
        assert steps.any()
    assert (np.diff(signal[order])[~steps] >= 0).all()


def test_margins_stay_where_shops_have_them():
    assert NumericColumn("x", "stars", 1.4, 0.9).value(NORMAL).min() > 1
    assert NumericColumn("x", "stars", 1.4, 0.9).value(NORMAL).max() < 5
    prices = NumericColumn("x", "lognormal", 3.2, 0.7).value(NORMAL)
    assert np.median(prices) == pytest.approx(np.exp(3.2), rel=0.02)
    assert np.log(prices).std() == pytest.approx(0.7, rel=0.02)
    counts = NumericColumn("x", "count", 1.0, 1.0).value(NORMAL)
    assert (counts == np.floor(counts)).all() and counts.min() == 0


def test_pairs_are_of_known_numbers():
    assert {name for pair in PAIRS for name in pair} <= {number.name for number in NUMBERS}
