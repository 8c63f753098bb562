import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.row_order import by_content, row_keys


def frame(n=60, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "number": np.where(rng.random(n) < 0.2, np.nan, rng.integers(4, size=n)),
            "text": pd.Series(rng.choice(["a", "b", "ä", "\ud800"], n), dtype=object),
            "kind": pd.Categorical(rng.choice(["x", "y", None], n)),
            "mixed": pd.Series([[1, "1", None, (2, 3)][k] for k in rng.integers(4, size=n)], dtype=object),
            "at": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(rng.integers(3, size=n), unit="D"),
            "yes": rng.random(n) < 0.5,
        }
    )


def labels(n=60):
    return np.arange(n) % 3


def moved(order, *parts):
    return [part.iloc[order].reset_index(drop=True) if hasattr(part, "iloc") else part[order] for part in parts]


@pytest.mark.parametrize("seed", range(5))
def test_rows_have_one_order_whatever_that_of_the_file(seed):
    # ten rows of each kind, which only the users and the times tell apart
    X, y = frame(6), labels(6)
    X, y = X.loc[np.repeat(np.arange(6), 10)].reset_index(drop=True), np.repeat(y, 10)
    users, time = np.random.default_rng(1).integers(7, size=60), np.arange(60.0) // 2
    file = np.random.default_rng(seed).permutation(60)
    for groups in (None, users):
        sorted_time = []
        for order in (np.arange(60), file):
            given = moved(order, X, y, users, time)
            codes = None if groups is None else pd.factorize(given[2])[0]
            found = by_content(given[0], given[1], codes, given[3])
            assert sorted(found.rows) == list(range(60))
            sorted_time.append(given[3][found.rows].tolist())
        assert sorted_time[0] == sorted_time[1]


def test_users_are_numbered_by_their_rows_not_as_they_come():
    X, y, users = frame(), labels(), np.random.default_rng(1).integers(7, size=60)
    numbers = by_content(X, y, users).groups
    order = np.random.default_rng(2).permutation(60)
    codes = pd.factorize(users[order])[0]
    again = by_content(*moved(order, X, y), codes).groups
    assert again.tolist() == numbers[order].tolist()
    assert sorted(set(numbers)) == list(range(7))
    assert len(set(zip(users.tolist(), numbers.tolist(), strict=True))) == 7


def test_features_and_labels_tell_rows_apart():
    X = pd.DataFrame({"a": [1.0, 1.0, 2.0, 1.0], "b": ["u", "u", "u", "v"]})
    keys = row_keys(X, np.array([0, 1, 0, 0]))
    assert len(set(keys.tolist())) == 4
    assert row_keys(X, np.zeros(4, np.int64))[:2].tolist() == [keys[0]] * 2
    assert row_keys(pd.DataFrame(index=range(3)), np.array([0, 1, 0])).shape == (3,)


def test_rows_of_values_that_are_not_hashable_have_keys():
    X = pd.DataFrame({"a": pd.Series([[1], [2], {3: 4}], dtype=object)})
    assert len(set(row_keys(X, np.zeros(3, np.int64)).tolist())) == 3


def test_keys_are_the_same_in_every_process():
    code = (
        "import numpy as np, pandas as pd; from longtail.bench.training.row_order import row_keys;"
        "X = pd.DataFrame({'a': ['u', 'v'], 'b': pd.Categorical(['x', 'y']), 'c': [1.5, None]});"
        "print(row_keys(X, np.array([0, 1])).tolist())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
