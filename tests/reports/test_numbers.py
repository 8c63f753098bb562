"""How numbers are written."""

import math

import pytest

from longtail.reports.content import IntervalCell
from longtail.reports.numbers import exported, interval, limits, written


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.41234, "score", "0.412"),
        (0.00451, "score", "0.0045"),
        (-0.0123, "signed", "−0.012"),
        (0.00234, "signed", "+0.0023"),
        (-0.00001, "signed", "0.0000"),
        (0.0, "signed", "0.000"),
        (1234567.0, "count", "1,234,567"),
        (0.0042, "seconds", "4.2 ms"),
        (0.327, "seconds", "327 ms"),
        (12.34, "seconds", "12.3 s"),
        (600.0, "seconds", "10.0 min"),
        (3 * 2**20, "bytes", "3.0 MiB"),
        (2.345, "ratio", "2.3×"),
        (1234.0, "ratio", "1,234×"),
        (0.00478, "percent", "0.5 %"),
        (0.000478, "percent", "0.048 %"),
        (0.0402, "gain", "+4.0 %"),
        (-0.2923, "gain", "−29.2 %"),
        (0.0, "gain", "0.0 %"),
        (-0.0004, "gain", "0.0 %"),
        (2.5, "rank", "2.5"),
        (None, "score", "–"),
        (math.nan, "count", "–"),
    ],
)
def test_each_form(value, form, text):
    assert written(value, form) == text


def test_limits_have_as_many_digits_as_the_mean():
    assert interval(IntervalCell(0.0045, 0.0031, 0.1002, 3)) == "0.0045 [0.0031, 0.1002]"
    assert interval(IntervalCell(0.4, 0.05, 0.75, 3)) == "0.400 [0.050, 0.750]"


def test_limits_of_shares_are_shares():
    assert interval(IntervalCell(0.04, 0.0163, 0.065, 4, "gain")) == "+4.0 % [+1.6 %, +6.5 %]"


def test_one_value_has_no_limits():
    assert limits(IntervalCell(0.4, n=1)) == ""
    assert interval(IntervalCell(0.4, n=1)) == "0.400"


def test_exported_numbers_are_plain():
    assert exported(0.123456789) == "0.1234568"
    assert exported(-1e-9) == "-1e-09"
    assert exported(math.inf) == exported(None) == ""
