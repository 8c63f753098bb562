import numpy as np
import pytest

from longtail.bench.statistics.winners import folds, selected


def test_no_seed_both_chooses_and_estimates():
    for seeds in ([0, 1], [3, 4, 5], list(range(7))):
        pairs = folds(seeds)
        assert sorted(seed for _, estimate in pairs for seed in estimate) == seeds
        assert all(not set(choose) & set(estimate) for choose, estimate in pairs)
    assert folds([1]) == []


def test_leave_one_out_worked_by_hand(seeded):
    # without seed 0 a is best (.5 against .45), without 1 or 2 it is b: estimates a at 0 = .1, b at 1 = .3, b at 2 = .6
    given = {("d", "none"): [0.2, 0.2, 0.2], ("d", "a"): [0.1, 0.5, 0.5], ("d", "b"): [0.9, 0.3, 0.6]}
    row = selected(seeded(given, "mcc"), "mcc").iloc[0]
    assert (row["strategy"], row["agreement"]) == ("b", pytest.approx(2 / 3))
    assert row["estimate"] == pytest.approx((0.1 + 0.3 + 0.6) / 3)
    assert row["difference"] == pytest.approx((0.1 + 0.3 + 0.6) / 3 - 0.2)


def test_the_best_of_many_equals_is_not_overrated(seeded):
    rng = np.random.default_rng(0)
    given = {("d", name): rng.normal(0.5, 0.1, 8).tolist() for name in ["none", *map(str, range(40))]}
    frames = seeded(given, "mcc")
    row = selected(frames, "mcc").iloc[0]
    naive = frames.cells.groupby("strategy")["mcc"].mean().max()
    assert naive > 0.55
    assert abs(row["estimate"] - 0.5) < naive - 0.5


def test_lower_is_better_chooses_the_lowest(seeded):
    given = {("d", "none"): [0.6, 0.6, 0.6], ("d", "a"): [0.4, 0.4, 0.4]}
    row = selected(seeded(given, "log_loss"), "log_loss").iloc[0]
    assert (row["strategy"], row["estimate"], row["difference"]) == ("a", pytest.approx(0.4), pytest.approx(-0.2))


def test_one_seed_estimates_nothing(seeded):
    row = selected(seeded({("d", "none"): [0.2], ("d", "a"): [0.3]}, "mcc"), "mcc").iloc[0]
    assert (row["strategy"], row["note"]) == ("a", "one seed can't both choose and estimate")
    assert np.isnan(row["estimate"])
