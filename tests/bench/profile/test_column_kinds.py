"""Kinds, gaps and identifiers."""

import numpy as np
import pandas as pd
import pytest

from longtail.bench.profile.column_kinds import features_of, identifiers


def frame(rows=2_000):
    rng = np.random.default_rng(0)
    y = (np.arange(rows) % 10 == 0).astype(np.int64)
    X = pd.DataFrame(
        {
            "price": np.where(y == 1, np.nan, rng.normal(size=rows)),
            "gap": np.where(rng.random(rows) < 0.2, np.nan, 1.0),
            "new": rng.random(rows) < 0.5,
            "day": pd.to_datetime(["2025-01-01", None] * (rows // 2)),
            "item": pd.Categorical([f"i{min(k, 90)}" for k in rng.zipf(1.5, rows)]),
            "row": pd.Categorical([f"r{k}" for k in range(rows)]),
            "city": pd.Categorical(rng.choice(["a", "b"], rows)),
        }
    )
    return X, y


def test_kinds_and_gaps_and_whether_gaps_follow_the_class():
    X, y = frame()
    found = {feature.name: feature for feature in features_of(X, y)}
    kinds = [feature.kind for feature in found.values()]
    assert kinds == ["number", "number", "boolean", "date", "category", "category", "category"]
    assert found["price"].missing == 0.1 and found["price"].tied == pytest.approx(1, abs=0.01)
    assert found["gap"].missing == pytest.approx(0.2, abs=0.03) and found["gap"].tied == 0
    assert found["city"].values == 2 and found["city"].missing == found["city"].tied == 0


def test_items_and_users_are_counted_and_names_of_rows_are_not():
    X, _ = frame()
    groups = np.arange(2_000) // 4
    found = identifiers(X, groups)
    assert [each.name for each in found] == ["(the groups: users or sessions)", "item"]
    assert found[0].categories == 500 and found[0].gini == pytest.approx(0)


def test_a_column_that_is_the_groups_is_counted_once():
    X, _ = frame()
    users = pd.Categorical([f"u{k % 70}" for k in range(2_000)])
    found = identifiers(X.assign(user=users), users.codes.astype(np.int64))
    assert [each.name for each in found] == ["(the groups: users or sessions)", "item"]
