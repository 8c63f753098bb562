import numpy as np
import pytest
from scipy import stats

from longtail.bench.evaluation.frames import CONTRAST_COLUMNS
from longtail.bench.statistics.contrasts import contrasts

TWO_WAYS = {"f1_own": 0.0}


def row_of(found, strategy):
    return found[found["strategy"] == strategy].iloc[0]


def test_differences_are_paired_by_seed(seeded):
    base, other = [0.30, 0.50, 0.40], [0.351, 0.549, 0.450]
    found = contrasts(seeded({("d", "none"): base, ("d", "smote"): other}, "recall_tail"), "recall_tail")
    assert tuple(found.columns) == CONTRAST_COLUMNS
    row, gap = row_of(found, "smote"), np.subtract(other, base)
    expected = stats.t.interval(0.95, 2, loc=gap.mean(), scale=stats.sem(gap))
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(expected)
    assert (row["n"], row["pairs"], row["verdict"], row["rope"]) == (3, 3, "better", 0.01)
    assert row_of(found, "none")["verdict"] == "baseline"


def test_a_seed_that_one_side_lacks_is_left_out(seeded):
    frames = seeded({("d", "none"): [0.1] * 6, ("d", "smote"): [0.9, 0.15, 0.15, 0.15, 0.15, 0.15]}, "recall_tail")
    lost = (frames.cells["strategy"] == "none") & (frames.cells["seed"] == 0)
    frames.cells.loc[lost, ["status", "recall_tail"]] = ["failed", np.nan]
    row = row_of(contrasts(frames, "recall_tail"), "smote")
    assert (row["pairs"], row["difference"]) == (5, pytest.approx(0.05))


def test_one_seed_gives_no_interval_and_no_decision(seeded):
    row = row_of(contrasts(seeded({("d", "none"): [0.1], ("d", "smote"): [0.9]}, "mcc"), "mcc"), "smote")
    assert (row["difference"], row["verdict"]) == (pytest.approx(0.8), "undecided")
    assert np.isnan(row["difference_low"])
    assert row["note"] == "one seed gives no interval"


def test_identical_scores_are_practically_equal(seeded):
    row = row_of(contrasts(seeded({("d", "none"): [0.1, 0.4], ("d", "twin"): [0.1, 0.4]}, "mcc"), "mcc"), "twin")
    assert row["verdict"] == "practically equal"


def test_the_unit_stands_beside_each_difference(seeded):
    frames = seeded({("d", "none"): [0.2, 0.3], ("d", "smote"): [0.3, 0.4]}, "ap", {"prior": 0.05, "bayes-limit": 0.55})
    found = contrasts(frames, "ap")
    assert found["unit"].tolist() == pytest.approx([0.5, 0.5])
    assert found["rope"].tolist() == pytest.approx([0.025, 0.025])
    # within one dataset the difference stays as it is
    assert row_of(found, "smote")["difference"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("scores", "unchanged"), [([0.1, 0.4], True), ([0.1, np.nan], True), ([0.1, 0.4001], False), ([0.4, 0.1], False)]
)
def test_unchanged_is_the_same_value_in_every_seed_that_both_have(seeded, scores, unchanged):
    found = contrasts(seeded({("d", "none"): [0.1, 0.4], ("d", "threshold"): scores}, "ap", {"prior": 0.01}), "ap")
    assert row_of(found, "threshold")["unchanged"] == unchanged
    assert not row_of(found, "none")["unchanged"]


def test_nothing_to_compare_with_is_not_unchanged(seeded):
    found = contrasts(seeded({("d", "smote"): [0.5, 0.5]}, "ap"), "ap")
    assert not row_of(found, "smote")["unchanged"]


def test_under_four_fifths_of_the_cells_there_is_no_verdict(seeded):
    frames = seeded({("d", "none"): [0.1] * 3, ("d", "smote"): [0.5, 0.5, 0.5]}, "mcc")
    lost = (frames.cells["strategy"] == "smote") & (frames.cells["seed"] == 2)
    frames.cells.loc[lost, ["status", "mcc"]] = ["timeout", np.nan]
    row = row_of(contrasts(frames, "mcc"), "smote")
    assert (row["planned"], row["done"], row["verdict"]) == (3, 2, "no verdict")
    assert row["note"] == "2 of 3 cells are done, fewer than 80%"


def test_not_applicable_says_its_reason(seeded):
    frames = seeded({("d", "none"): [0.1] * 3, ("d", "smote"): [np.nan] * 3}, "mcc")
    frames.cells.loc[frames.cells["strategy"] == "smote", ["status", "reason"]] = [
        "not_applicable",
        "needs two columns",
    ]
    row = row_of(contrasts(frames, "mcc"), "smote")
    assert (row["planned"], row["verdict"], row["note"]) == (0, "no verdict", "needs two columns")


def test_without_the_baseline_there_is_no_verdict(seeded):
    row = row_of(contrasts(seeded({("d", "smote"): [0.5, 0.5]}, "mcc"), "mcc"), "smote")
    assert (row["verdict"], row["note"]) == ("no verdict", "the baseline has no result with this learner")


def test_learners_are_compared_apart(table):
    rows = [
        {"dataset": "d", "strategy": name, "learner": learner, "seed": seed, "mcc": value + seed / 100}
        for name, learner, value in [
            ("none", "mlp", 0.9),
            ("smote", "mlp", 0.5),
            ("none", "gbdt", 0.1),
            ("smote", "gbdt", 0.5),
        ]
        for seed in range(3)
    ]
    found = contrasts(table(rows), "mcc")
    smote = found[found["strategy"] == "smote"].set_index("learner")["verdict"]
    assert smote.to_dict() == {"mlp": "worse", "gbdt": "better"}


@pytest.mark.parametrize(("own", "word"), [(0.3, "better"), (0.0, "undecided")])
def test_a_winner_by_the_shared_rule_has_to_win_with_its_own_decisions(table, own, word):
    rows = [
        {"dataset": "d", "strategy": name, "seed": seed, "f1": f1 + seed / 100, "f1_own": f1_own + seed / 100}
        for name, f1, f1_own in (("none", 0.2, 0.2), ("smote", 0.4, 0.2 + own))
        for seed in range(3)
    ]
    row = row_of(contrasts(table(rows), "f1"), "smote")
    assert row["verdict"] == word
    assert ("shared rule only" in row["note"]) == (own == 0.0)


def test_real_data_widen_the_interval_by_resampled_groups(table):
    rng = np.random.default_rng(0)
    spread = rng.normal(0, 0.05, 200)
    rows = [
        {
            "dataset": "shop",
            "generated": False,
            "strategy": name,
            "seed": seed,
            "ap": value,
            "ap_replicates": (value + sign * spread).tolist(),
        }
        for name, value, sign in (("none", 0.2, 0.0), ("smote", 0.3, 1.0), ("twin", 0.2, 0.0))
        for seed in range(3)
    ]
    rows += [{"dataset": "shop", "strategy": "prior", "learner": "reference", "reference": True, "seed": 0, "ap": 0.1}]
    found = contrasts(table(rows), "ap")
    row = row_of(found, "smote")
    expected = np.quantile(0.1 + spread, [0.025, 0.975])
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(tuple(expected))
    assert row["note"] == "interval over seeds and resampled test groups"
    assert row_of(found, "twin")["verdict"] == "practically equal"


def test_two_identical_strategies_with_noise_are_rarely_told_apart(seeded):
    rng = np.random.default_rng(0)
    values = {}
    for dataset in range(400):
        for name in ("none", "twin"):
            values[f"d{dataset}", name] = (0.4 + rng.normal(0, 0.02, 3)).tolist()
    found = contrasts(seeded(values, "recall_tail"), "recall_tail")
    twins = found[found["strategy"] == "twin"]["verdict"]
    assert twins.isin(["better", "worse"]).mean() <= 0.05
    assert (twins == "undecided").mean() > 0.5


def test_bias_counts_by_its_distance_from_zero(seeded):
    frames = seeded({("d", "none"): [-0.9, -0.92, -0.91], ("d", "smote"): [0.1, 0.12, 0.11]}, "calibration_tail")
    row = row_of(contrasts(frames, "calibration_tail"), "smote")
    assert (row["difference"], row["verdict"]) == (pytest.approx(-0.8), "better")
