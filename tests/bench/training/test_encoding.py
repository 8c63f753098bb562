import numpy as np
import pandas as pd
import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.training.encoding import CategoryColumn, DateColumn, Encoder, NumberColumn


def encoded(train, other):
    encoder = Encoder.of(pd.DataFrame({"c": train}))
    other = pd.DataFrame({"c": other})
    return encoder.table(other, np.zeros(len(other), np.int64), 2)


def test_number_by_hand():
    # quartiles 2, 3, 4: spread 2 / 1.349; 5 is z = 1.349, 1.349 / sqrt(1 + (1.349 / 5)^2) = 1.3024
    table = encoded([1.0, 2, 3, 4, 5], [3.0, 5, 1])
    np.testing.assert_allclose(table.x[:, 0], [0, 1.3024, -1.3024], atol=1e-4)
    assert table.cardinalities == (0,)


def test_heavy_tail_is_bounded():
    table = encoded([1.0, 2, 3, 4, 1e12], [1e12, 1e30])
    assert table.x.max() <= 5


def test_missing_number_becomes_the_median_and_is_flagged():
    table = encoded([1.0, 2, 3, np.nan], [np.nan, 2, np.inf])
    assert table.x[:, 0].tolist() == [0, 0, 0]
    assert table.x[:, 1].tolist() == [1, 0, 1]
    assert table.cardinalities == (0, 0)


def test_missing_only_later_needs_no_column():
    table = encoded([1.0, 2, 3], [np.nan])
    assert table.x.tolist() == [[0.0]]


def test_constant_and_empty_columns_are_zero():
    assert encoded([7.0, 7, 7], [7.0, 7]).x.tolist() == [[0], [0]]
    assert encoded([np.nan, np.nan], [np.nan, np.nan]).x.tolist() == [[0, 1], [0, 1]]


def test_rare_spikes_are_scaled_by_the_standard_deviation():
    # quartiles are all 0; the standard deviation of 0 x 9, 10 is 3: z = 10 / 3
    table = encoded([0.0] * 9 + [10.0], [10.0])
    np.testing.assert_allclose(table.x, (10 / 3) / np.sqrt(1 + (2 / 3) ** 2), rtol=1e-6)


def test_categories_by_hand():
    # b thrice, a twice, c once: b 1, a 2, and c shares 0 with the unseen
    table = encoded(["b", "a", "b", "c", "a", "b"], ["a", "b", "c", "zebra", None])
    assert table.x[:, 0].tolist() == [2, 1, 0, 0, 0]
    assert table.cardinalities == (3,)


def test_missing_is_a_value_of_its_own_once_seen():
    table = encoded(["b", None, "b", None, None], [None, "b", "z"])
    assert table.x[:, 0].tolist() == [1, 2, 0]


@pytest.mark.parametrize("kind", ["category", "object", "str"])
def test_kinds_of_text_columns_agree(kind):
    train = pd.Series(["x", "y", "x", "y", "x"]).astype(kind)
    table = encoded(train, pd.Series(["y", "x", "q"]).astype(kind))
    assert table.x[:, 0].tolist() == [2, 1, 0]


def test_code_does_not_depend_on_the_order_of_rows():
    values = pd.Series(list("abcabcdd"))
    again = values.sample(frac=1, random_state=0)
    assert CategoryColumn.of(values).values.tolist() == CategoryColumn.of(again).values.tolist() == ["a", "b", "c", "d"]


def test_most_frequent_values_have_codes_where_there_are_too_many():
    values = pd.Series(np.repeat(np.arange(3000), 2).astype(str).tolist() + ["top"] * 5)
    column = CategoryColumn.of(values)
    assert column.cardinalities == (1024,)
    assert column.encode(pd.Series(["top", "unseen"])).ravel().tolist() == [1, 0]


def test_booleans_are_half_where_missing():
    table = encoded(pd.array([True, False, None], "boolean"), pd.array([True, False, None], "boolean"))
    assert table.x[:, 0].tolist() == [1, 0, 0.5]


def test_dates_by_hand():
    # 1970-01-01 was day 0; 06:00 is a quarter of the day
    column = DateColumn.of(pd.Series(pd.to_datetime(["1970-01-01 00:00", "1970-01-01 06:00", "1970-01-02 00:00"])))
    x = column.encode(pd.Series(pd.to_datetime(["1970-01-01 06:00"])))
    week = 2 * np.pi * 0.25 / 7
    np.testing.assert_allclose(x, [[0, 1, np.sin(week), 0, np.cos(week)]], atol=1e-6)
    assert column.cardinalities == (0, 0, 0, 0, 0)


def test_missing_dates_and_time_zones_are_taken():
    dates = pd.Series(pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("Europe/Paris"))
    x = DateColumn.of(dates).encode(dates)
    assert np.isfinite(x).all()
    assert x[:, 1].tolist() == [0, 1, 0]


def test_durations_are_numbers_of_seconds():
    number = NumberColumn.of(pd.Series(pd.to_timedelta([0, 60, 120], unit="s")))
    assert number.median == 60


def test_columns_are_found_by_name():
    encoder = Encoder.of(pd.DataFrame({"a": [1.0, 2, 3], "b": [5.0, 5, 5]}))
    table = encoder.table(pd.DataFrame({"b": [5.0], "a": [2.0], "more": [1]}), np.zeros(1, np.int64), 2)
    assert table.x.tolist() == [[0, 0]]
    with pytest.raises(ConfigurationError, match="lacks columns of the training rows: b"):
        encoder.table(pd.DataFrame({"a": [1.0]}), np.zeros(1, np.int64), 2)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1j, 2j], "column c holds complex numbers"),
        ([[1], [2]], "column c holds values of type list, which can't be categories"),
    ],
)
def test_what_can_not_be_encoded_is_named(values, sentence):
    with pytest.raises(ConfigurationError, match=sentence):
        Encoder.of(pd.DataFrame({"c": values}))


def test_frame_without_columns_is_refused():
    with pytest.raises(ConfigurationError, match="without columns"):
        Encoder.of(pd.DataFrame(index=range(3)))
