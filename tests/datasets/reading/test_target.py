"""Classes of a user's table."""

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.target import column, target_of


def of(values, name="clicked"):
    return target_of(pd.Series(values, name=name), "log.csv")


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([10, 9, 10, 9, 10, 9], ("9", "10")),
        ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, None], ("0", "1")),
        ([True, False] * 3, ("False", "True")),
        (["裙子", "鞋", "裙子", "鞋", "裙子", "鞋"], ("裙子", "鞋")),
        ([1, "a", 1, "a", 1, "a"], ("1", "a")),
        (pd.Categorical(["b", "a"] * 3), ("a", "b")),
        (pd.array([1, 0, None] * 3, "Int64"), ("0", "1")),
    ],
)
def test_classes_have_an_order_and_a_name(values, classes):
    target = of(values)
    assert target.classes == classes
    given = pd.Series(values)
    expected = [str(int(v)) if isinstance(v, float) else str(v) for v in given.dropna().tolist()]
    assert [target.classes[code] for code in target.y] == expected
    assert target.rows.tolist() == np.flatnonzero(given.notna()).tolist()


def test_rows_without_a_class_or_of_a_rare_one_are_left_out_and_named():
    target = of(["a"] * 4 + ["b"] * 3 + ["c"] * 2 + ["d"] + [None, None])
    assert target.classes == ("a", "b") and len(target.y) == 7
    assert target.left_out == {
        "rows without a class": "2 left out",
        "classes with fewer than 3 rows": "3 rows of 2 classes left out: c, d",
    }


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5, 1.0, 2.0], "holds fractions such as 0.5: it is a regression target"),
        (np.arange(5000.0), "holds 5,000 different numbers, more than 1,000: it is a regression target"),
        (np.arange(5000), "holds 5,000 different numbers"),
        (["a"] * 9, "has one class only, 'a': two are needed"),
        (["a"] * 9 + ["b"], "has one class with 3 rows or more, 'a'"),
        (["a", "b", "c"], "has no class with 3 rows or more: two such classes are needed"),
        ([None, None], "has no class with 3 rows or more|no value"),
    ],
)
def test_what_is_no_target_is_refused_in_a_sentence(values, words):
    with pytest.raises(DatasetError, match=words) as caught:
        of(values)
    assert "'clicked' of log.csv" in str(caught.value)


def test_an_absent_column_is_answered_with_the_nearest():
    with pytest.raises(DatasetError, match=r"no column 'clickd' for the target, did you mean 'clicked'.*\(it has: "):
        column(["user", "clicked", "price"], "clickd", "target", "log.csv")
    with pytest.raises(DatasetError, match="and 30 more"):
        column([f"c{i}" for i in range(50)], "zzz", "time", "log.csv")


def test_a_file_of_one_column_is_asked_for_its_delimiter():
    with pytest.raises(DatasetError, match=r"has one column, 'clicked:price', .* comma, semicolon, tab or \|"):
        column(["clicked:price"], "clicked", "target", "log.csv")
