"""What follows from a profile: each rule on a table made for it."""

import numpy as np
import pandas as pd
import pytest

from longtail.bench.profile.advice import advice_for
from longtail.bench.registry import strategy_named
from longtail.strategies.table import Profile


def table(y, **columns):
    rng = np.random.default_rng(0)
    return pd.DataFrame({"y": y, "a": rng.normal(size=len(y)), "b": rng.normal(size=len(y))} | columns)


def facts(profile):
    return " ".join(f"{each.kind}: {each.fact}" for each in advice_for(profile))


def test_nearly_alike_classes_leave_little_to_do(profile_of):
    found = advice_for(profile_of(table(["a", "b"] * 300), "y"))
    assert ("none",) in [each.strategies for each in found]


def test_rare_clicks_mean_the_threshold_first_and_little_certainty(profile_of):
    y = np.where(np.arange(4_000) % 100 == 0, "click", "no")
    found = advice_for(profile_of(table(y), "y"))
    first = next(each for each in found if each.kind == "choose")
    assert first.strategies[0] == "threshold" and "1.00% of the rows are click" in first.fact
    assert any(each.kind == "expect" and "40 rows of click, about 12 of them" in each.fact for each in found)


FEW = ("threshold", "logit-adjustment", "class-weights", "random-oversampling")


@pytest.mark.parametrize(
    ("sizes", "first"),
    [
        ((600, 500), ("none",)),  # 1.2
        ((900, 300), FEW),  # 3
        ((1900, 100), FEW),  # 19
        ((900, 300, 90), FEW[1:]),  # 10: a threshold needs two classes
        ((2000, 600, 40), FEW[1:]),  # 50
        ((2000, 40), ("threshold", "logit-adjustment", "random-undersampling+bagging")),  # 50
    ],
)
def test_every_imbalance_has_advice_that_can_be_followed(profile_of, sizes, first):
    y = np.random.default_rng(1).permutation(np.repeat([f"c{k}" for k in range(len(sizes))], sizes))
    found = advice_for(profile_of(table(y, city=np.where(np.arange(len(y)) % 3, "x", "y")), "y"))
    assert next(each.strategies for each in found if each.kind == "choose") == first
    rows = np.array(sizes) * 56 // 100
    learnt = Profile(rows, rows.astype(float), (0, 0, 2), frozenset())
    assert all(strategy_named(name).why_skip(learnt) is None for each in found for name in each.strategies)


def test_the_strength_of_the_default_is_told_as_a_ratio(profile_of):
    found = advice_for(profile_of(table(["a"] * 900 + ["b"] * 100), "y"))
    assert any("strength brings it to 3, with strength=1 to 1" in each.so for each in found)  # the root of 9


def test_nothing_that_would_be_skipped_is_named(profile_of, monkeypatch):
    """Were over-sampling to skip these rows, advice would go on without it, and advice for it alone would go."""
    given = profile_of(table(["a"] * 900 + ["b"] * 100, city=["x", "y"] * 500, hue=["u", "v"] * 500), "y")
    assert any("columns are categories" in each.fact for each in advice_for(given))
    assert any("random-oversampling" in each.strategies for each in advice_for(given))
    for name in ("random-oversampling", "class-weights", "balanced-softmax"):
        kind = type(strategy_named(name))
        monkeypatch.setattr(kind, "why_skip", lambda self, rows: "there is nothing here that it could do")
    found = advice_for(given)
    assert next(each.strategies for each in found if each.kind == "choose") == ("threshold", "logit-adjustment")
    assert not any("columns are categories" in each.fact for each in found)


def test_few_rows_of_a_class_leave_nothing_to_interpolate(profile_of):
    y = np.repeat([f"c{k:02d}" for k in range(12)], [400, 200, 100, 80, 60, 50, 40, 30, 20, 15, 9, 4])
    found = facts(profile_of(table(y), "y"))
    # 9 rows leave 5 to learn from, 15 leave 8
    assert "2 of 12 classes have fewer than 6 rows to learn from (the rarest is c11 with 4 in all)" in found
    assert "12 classes at an imbalance ratio of 100" in found
    assert "5 classes will have fewer than 10 test rows" in found


def test_answers_that_contradict_each_other_bound_the_accuracy(profile_of):
    rng = np.random.default_rng(1)
    y = np.where(rng.random(1_000) < 0.2, "a", "b")
    frame = pd.DataFrame({"y": y, "city": rng.choice(["x", "z"], 1_000)})
    found = facts(profile_of(frame, "y"))
    best = frame.groupby("city")["y"].value_counts().unstack().max(axis=1).sum() / 1_000
    assert f"no classifier can be right on more than {best:.2%}" in found
    assert "split: 1,000 rows (100.0%) occur more than once" in found


def test_a_sorted_file_is_told(profile_of):
    found = facts(profile_of(table(np.repeat(["a", "b"], [900, 100])), "y"))
    assert "mend first: The position of a row in the file removes" in found


def test_a_drift_of_classes_is_told(profile_of):
    rng = np.random.default_rng(2)
    late = np.arange(4_000) / 4_000
    y = np.where(rng.random(4_000) < 0.02 + 0.3 * late, "click", "no")
    frame = table(y, ts=pd.date_range("2025-01-01", periods=4_000, freq="h").astype(str))
    assert "split: The class shares change over time" in facts(profile_of(frame, "y", time="ts"))


def test_names_of_users_ask_for_a_group_unless_it_is_given(profile_of):
    y = np.where(np.arange(1_000) % 30 == 0, "click", "no")
    frame = table(y, user_id=np.arange(1_000) // 8)
    assert "The column user_id has 125 different values in 1,000 rows" in facts(profile_of(frame, "y"))
    assert "The column user_id has" not in facts(profile_of(frame, "y", group="user_id"))
