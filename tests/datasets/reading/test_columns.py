"""Features of a user's table."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.columns import features, moments, seconds


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(kind) for name, kind in frame.dtypes.items()}


def test_every_kind_of_column_becomes_a_plain_one():
    rows = pd.DataFrame(
        {
            "whole": [1, 2, 3],
            "gaps": pd.array([1, None, 3], "Int64"),
            "flag": [True, False, True],
            "half flag": pd.Series([True, None, False], dtype=object),
            "nullable flag": pd.array([True, None, False], "boolean"),
            "text": ["a", None, "b"],
            "mixed": pd.Series([1, "x", (2, 3)], dtype=object),
            "day": ["2025-01-31", "2025-02-01", None],
            "moment": pd.to_datetime(["2025-01-31", "2025-02-01", "2025-02-02"]),
            "money": [decimal.Decimal("1.5"), None, decimal.Decimal("2")],
            "nothing": [None, None, None],
            "almost a day": ["2025-01-31", "2025-02-41", "2025-02-03"],
        }
    )
    X, told = features(rows, "log.csv")
    made = kinds(X)
    assert {name: made[name] for name in ("whole", "gaps", "money")} == dict.fromkeys(
        ("whole", "gaps", "money"), "float64"
    )
    assert made["flag"] == "bool"
    assert all(made[name] == "category" for name in ("half flag", "nullable flag", "text", "mixed", "almost a day"))
    assert made["day"].startswith("datetime64") and made["moment"].startswith("datetime64")
    assert X["day"].iloc[1] == pd.Timestamp("2025-02-01")
    assert X["half flag"].tolist()[0] == "True" and pd.isna(X["half flag"].iloc[1])
    assert told["columns without a value"] == "left out: nothing"
    assert told["dates"] == "day, moment"
    assert "gaps 33.3%" in told["missing values"] and len(X.columns) == len(rows.columns) - 1


def test_a_table_of_a_target_alone_is_refused():
    with pytest.raises(DatasetError, match="no column with values besides its target"):
        features(pd.DataFrame({"nothing": [None, None]}), "log.csv")


@pytest.mark.parametrize(
    "values",
    [
        ["2025-01-31 18:05:00", "1970-01-01 00:00:10"],
        ["2025-01-31T18:05:00Z", "1970-01-01T00:00:10Z"],
        ["2025-01-31 19:05:00+01:00", "1970-01-01 01:00:10+01:00"],
        pd.to_datetime(["2025-01-31 18:05:00", "1970-01-01 00:00:10"]),
        ["Jan 31, 2025 18:05", "1 Jan 1970 00:00:10"],
    ],
)
def test_dates_become_seconds_hours_and_weekdays(values):
    column = pd.Series(values, name="ts")
    when = seconds(column, "log.csv")
    expected = datetime.datetime(2025, 1, 31, 18, 5, tzinfo=datetime.UTC).timestamp()
    assert when.tolist() == [expected, 10.0]
    parts = moments(column, when, [])
    assert parts["ts hour"].tolist() == [18, 0]
    assert parts["ts weekday"].tolist() == [4, 3]  # a Friday and a Thursday


def test_numbers_are_a_time_without_an_hour():
    column = pd.Series([3, 1, 2], name="step")
    assert seconds(column, "log.csv").tolist() == [3.0, 1.0, 2.0]
    assert moments(column, np.array([3.0, 1.0, 2.0]), []) == {}


@pytest.mark.parametrize(
    ("values", "words"),
    [(["2025-01-01", "soon"], r"holds 'soon' \(row 2\), which is neither"), ([1.0, None], "lacks a value in 1 rows")],
)
def test_what_is_no_time_is_refused(values, words):
    with pytest.raises(DatasetError, match=words):
        seconds(pd.Series(values, name="ts"), "log.csv")


def test_days_and_moments_may_stand_in_one_column():
    values = pd.Series(["1970-01-02 01:00:00", "1970-01-01", "1970-01-01T00:10"], name="ts")
    assert seconds(values, "log.csv").tolist() == [90_000.0, 0.0, 600.0]
    X, told = features(values.to_frame(), "log.csv")
    assert told["dates"] == "ts" and X["ts"].iloc[0] == pd.Timestamp("1970-01-02 01:00")


def test_hours_and_weekdays_agree_with_pandas_before_1970_too():
    values = pd.Series(pd.date_range("1969-12-28 22:15", periods=40, freq="17h"), name="ts")
    made = moments(values, seconds(values, "log.csv"), [])
    assert made["ts hour"].tolist() == values.dt.hour.tolist()
    assert made["ts weekday"].tolist() == values.dt.day_of_week.tolist()


def test_whole_numbers_called_like_ids_are_names():
    rows = pd.DataFrame(
        {
            "user_id": [3, 1, 3],
            "itemId": [7.0, None, 8.0],
            "用户编号": [1, 2, 3],
            "paid": [1, 2, 3],
            "grid": [1, 2, 3],
            "half_id": [0.5, 1.0, 2.0],
        }
    )
    X, told = features(rows, "log.csv")
    assert [name for name, kind in kinds(X).items() if kind == "category"] == ["user_id", "itemId", "用户编号"]
    assert X["user_id"].tolist() == ["3", "1", "3"]
    assert X["itemId"].tolist()[0] == "7" and pd.isna(X["itemId"].iloc[1])
    assert told["numbers taken as names"] == "user_id, itemId, 用户编号: by what the column is called"


def test_dates_are_read_by_day_or_by_month_as_the_whole_column_shows():
    by_day = seconds(pd.Series(["01.03.2024", "12.03.2024 06:50", "28.03.2024"]), "f")
    by_month = seconds(pd.Series(["03/01/2024", "03/12/2024 06:50", "03/28/2024"]), "f")
    assert by_day.tolist() == by_month.tolist()
    assert by_day[0] == pd.Timestamp("2024-03-01").timestamp()
    assert by_day[1] == pd.Timestamp("2024-03-12 06:50").timestamp()


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["01.03.2024", "12.03.2024"], "whose order of day and month is not clear"),
        (["13/03/2024", "03/13/2024"], "in both orders of day and month"),
    ],
)
def test_dates_that_do_not_show_which_are_refused(texts, what):
    with pytest.raises(DatasetError, match=what):
        seconds(pd.Series(texts, name="when"), "f")


@pytest.mark.parametrize("values", [[1.0, np.inf], [0.0, -np.inf]])
def test_a_time_is_finite(values):
    with pytest.raises(DatasetError, match="a time is a finite number or a date"):
        seconds(pd.Series(values, name="when"), "f")


def test_a_boolean_is_no_time():
    with pytest.raises(DatasetError, match="neither a number nor a date"):
        seconds(pd.Series([True, False], name="when"), "f")
