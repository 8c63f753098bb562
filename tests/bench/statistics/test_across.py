from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from longtail.bench.evaluation.frames import ACROSS_COLUMNS, Frames
from longtail.bench.statistics.contrasts import across


def values(gaps: dict[str, float], strategy: str = "smote", base: float = 0.3) -> dict[tuple[str, str], list[float]]:
    """Three seeds of the baseline, and of a strategy that is better by a dataset's gap."""
    noise = np.array([0.0, 0.01, -0.01])
    found = {}
    for dataset, gap in gaps.items():
        found[dataset, "none"] = (base + noise).tolist()
        found[dataset, strategy] = (base + gap + noise).tolist()
    return found


def row_of(found: pd.DataFrame, strategy: str) -> pd.Series:
    return found[found["strategy"] == strategy].iloc[0]


def test_the_mean_of_datasets_has_a_t_interval(seeded):
    gaps = {"a": 0.10, "b": 0.12, "c": 0.14, "d": 0.005}
    found = across(seeded(values(gaps), "mcc"), "mcc")
    row = row_of(found, "smote")
    held = np.array(list(gaps.values()))
    expected = stats.t.interval(0.95, 3, loc=held.mean(), scale=stats.sem(held))
    assert tuple(found.columns) == ACROSS_COLUMNS
    assert (row["low"], row["high"], row["n_datasets"]) == (*map(pytest.approx, expected), 4)
    assert (row["wins"], row["ties"], row["losses"]) == (3, 1, 0)
    assert row["p"] == pytest.approx(2 / 2**4)


def test_variants_of_one_source_are_one_dataset(seeded):
    found = across(seeded(values({"cat(ir=10)": 0.1, "cat(ir=100)": 0.3, "ctr": 0.0}), "mcc"), "mcc")
    row = row_of(found, "smote")
    assert row["n_datasets"] == 2
    assert row["mean_difference"] == pytest.approx((0.2 + 0.0) / 2)
    assert (row["wins"], row["ties"], row["losses"]) == (1, 1, 0)


def test_sets_that_were_cut_from_one_source_are_one_dataset_whoever_offers_them(seeded):
    gaps = {"keel(set=yeast4)": 0.1, "zenodo(set=yeast_me2)": -0.2, "click-prediction-small": 0.1, "wine": 0.3}
    gaps |= {"click-prediction-small(imbalance_ratio=100)": 0.0, "of-an-older-run(x=1)": 0.1, "keel(set=gone)": 0.0}
    found = across(seeded(values(gaps), "mcc"), "mcc")
    row = row_of(found, "smote")
    # yeast, ads, wine, the older one, and a set of KEEL that is known no more
    assert row["n_datasets"] == 5
    assert row["mean_difference"] == pytest.approx((-0.05 + 0.05 + 0.3 + 0.1 + 0.0) / 5)
    # first in wine and the older one, half of the time in yeast, and so on: rank 1 or 2, at 0 both have 1.5
    assert row["mean_rank"] == pytest.approx((1.5 + 1.25 + 1 + 1 + 1.5) / 5)


def test_generated_and_real_data_stay_apart(table):
    rows = [
        {"dataset": dataset, "generated": generated, "strategy": name, "seed": seed, "mcc": value}
        for dataset, generated, gap in (("a", True, 0.1), ("b", True, 0.1), ("shop", False, -0.2))
        for name, value in (("none", 0.3), ("smote", 0.3 + gap))
        for seed in range(2)
    ]
    found = across(table(rows), "mcc")
    smote = found[found["strategy"] == "smote"].set_index("generated")["mean_difference"]
    assert smote.to_dict() == {True: pytest.approx(0.1), False: pytest.approx(-0.2)}


def test_ranks_worked_by_hand(seeded):
    given = values({"a": 0.1, "b": -0.1, "c": 0.1}) | values({"a": 0.2, "b": 0.2, "c": 0.05}, "ros")
    found = across(seeded(given, "mcc"), "mcc").set_index("strategy")["mean_rank"]
    # a: ros, smote, none; b: ros, none, smote; c: smote, ros, none
    assert found.to_dict() == {"none": pytest.approx(8 / 3), "smote": pytest.approx(2.0), "ros": pytest.approx(4 / 3)}


def test_holm_is_over_the_contrasts_that_were_named(seeded):
    gaps = {name: 0.05 + 0.01 * place for place, name in enumerate("abcdefg")}
    given = values(gaps) | values(gaps, "ros") | values(gaps, "gan")
    found = across(seeded(given, "mcc"), "mcc", named=["smote", "ros"]).set_index("strategy")
    assert found.loc["smote", "p_holm"] == pytest.approx(2 * 2 / 2**7)
    assert np.isnan(found.loc["gan", "p_holm"])
    assert found["exploratory"].to_dict() == {"none": False, "smote": False, "ros": False, "gan": True}


def test_it_says_how_many_datasets_would_decide(seeded):
    found = across(seeded(values({"a": 0.1, "b": 0.12, "c": 0.1}), "mcc"), "mcc", named=["smote"])
    assert (
        row_of(found, "smote")["note"]
        == "3 datasets are too few for the rank test, whatever they show; it needs at least 6"
    )


def test_one_dataset_decides_nothing_about_others(seeded):
    row = row_of(across(seeded(values({"a": 0.3}), "mcc"), "mcc"), "smote")
    assert row["verdict"] == "undecided"
    assert "one dataset says nothing about others" in row["note"]


def test_failures_count_in_ranks_only_and_a_side_that_turns_is_flagged(seeded):
    frames = seeded(
        values({"a": 0.1, "b": 0.1, "c": 0.1, "d": 0.1, "e": 0.1}) | values({"a": 0.0, "b": 0.0}, "x"), "mcc"
    )
    lost = (frames.cells["strategy"] == "smote") & frames.cells["dataset"].isin(["a", "b", "c", "d"])
    frames.cells.loc[lost, ["status", "mcc"]] = ["failed", np.nan]
    worse = (frames.cells["strategy"] == "none") & (frames.cells["dataset"] == "e")
    frames.cells.loc[worse, "mcc"] = 0.35
    extra = (frames.cells["strategy"] == "x") & (frames.cells["dataset"] == "a")
    frames.cells.loc[extra, "mcc"] = 0.1
    row = row_of(across(frames, "mcc"), "smote")
    assert row["verdict"] == "no verdict"
    assert row["note"].startswith("3 of 15 cells are done, fewer than 80%")
    assert row["mean_rank_worst"] > row["mean_rank"]
    assert row["mean_difference"] == pytest.approx(0.05)
    assert "failed cells decide its rank against the baseline" in row["note"]


def test_where_all_is_not_applicable_the_reason_stands(seeded):
    frames = seeded(values({"a": 0.1, "b": 0.1}), "mcc")
    frames.cells.loc[frames.cells["strategy"] == "smote", ["status", "mcc", "reason"]] = [
        "not_applicable",
        np.nan,
        "no",
    ]
    row = row_of(across(frames, "mcc"), "smote")
    assert (row["verdict"], row["note"]) == ("no verdict", "no")
    assert np.isnan(row["mean_rank"])


class Made(NamedTuple):
    """A dataset: references, the baseline's AP, and what the strategy adds to it in each seed."""

    prior: float
    limit: float
    base: float
    gap: float


def in_ap(table: Callable[..., Frames], datasets: dict[str, Made], metric: str = "ap") -> Frames:
    """Two seeds of the baseline and of `bagging`, and the references of each dataset; a NaN limit is left out."""
    rows = []
    for dataset, made in datasets.items():
        for name, value in (("none", made.base), ("bagging", made.base + made.gap)):
            rows += [
                {"dataset": dataset, "strategy": name, "seed": s, metric: value + 0.001 * s * made.base} for s in (0, 1)
            ]
        for name, value in (("prior", made.prior), ("bayes-limit", made.limit)):
            about = {"dataset": dataset, "strategy": name, "learner": "reference", "reference": True, "seed": 0}
            rows += [about | {metric: value}] if np.isfinite(value) else []
    return table(rows)


def test_differences_in_ap_are_averaged_as_shares_of_what_there_is_to_gain(table):
    frames = in_ap(table, {"ctr": Made(0.048, 0.1, 0.08, 0.0052), "cat10": Made(0.1, 0.66, 0.4, 0.028)})
    row = row_of(across(frames, "ap"), "bagging")
    # .0052 of .052 and .028 of .56
    expected = stats.t.interval(0.95, 1, loc=0.075, scale=stats.sem([0.1, 0.05]))
    assert row["mean_difference"] == pytest.approx(0.075)
    assert (row["low"], row["high"]) == pytest.approx(expected)
    assert row["rope"] == 0.05


UNITS = {"ctr": (0.048, 0.1, 0.08), "cat10": (0.1, 0.66, 0.4), "cat50": (0.02, 0.42, 0.3), "items": (0.05, 0.35, 0.2)}
"""prior, limit and the baseline's AP; there are .052, .56, .4 and .3 to gain"""


def shared_out(table: Callable[..., Frames], shares: list[float]) -> pd.Series:
    """The row of a strategy that adds these shares of what there is to gain."""
    made = {
        name: Made(prior, limit, base, share * (limit - prior))
        for (name, (prior, limit, base)), share in zip(UNITS.items(), shares, strict=True)
    }
    return row_of(across(in_ap(table, made), "ap"), "bagging")


@pytest.mark.parametrize(("sign", "word"), [(1, "better"), (-1, "worse")])
def test_what_is_better_or_worse_by_its_scale_on_every_dataset_is_so_over_all(table, sign, word):
    shares = [sign * share for share in (0.10, 0.12, 0.11, 0.13)]
    row = shared_out(table, shares)
    assert (row["verdict"], row["mean_difference"]) == (word, pytest.approx(sign * 0.115))
    assert (row["wins"], row["ties"], row["losses"]) == ((4, 0, 0) if sign > 0 else (0, 0, 4))
    # .0052, .0672, .044 and .039: the interval of the raw differences reaches over zero
    raw = np.multiply(shares, [0.052, 0.56, 0.4, 0.3])
    low, high = stats.t.interval(0.95, 3, loc=raw.mean(), scale=stats.sem(raw))
    assert low < 0 < high


def test_a_loss_on_a_dataset_of_small_scale_is_not_lost_in_the_mean(table):
    # class-weights with logistic: .0152 of .08 is 19 % of the AP of ctr, and .29 of what there is to gain
    raw = np.array([-0.0152, 0.001, 0.001, 0.001])
    shares = raw / [0.052, 0.56, 0.4, 0.3]
    row = shared_out(table, shares.tolist())
    assert row["mean_difference"] == pytest.approx(shares.mean())
    assert (row["verdict"], row["losses"], row["ties"]) == ("undecided", 1, 3)
    low, high = stats.t.interval(0.95, 3, loc=raw.mean(), scale=stats.sem(raw))
    assert -0.0164 < low < high < 0.0164  # raw, within the mean of the ropes: it would be practically equal


def test_one_dataset_is_a_share_too(table):
    row = row_of(across(in_ap(table, {"ctr": Made(0.048, 0.1, 0.08, 0.0052)}), "ap"), "bagging")
    assert (row["mean_difference"], row["rope"]) == (pytest.approx(0.1), 0.05)


def test_variants_of_one_source_are_shares_before_they_are_averaged(table):
    made = {"cat(ir=10)": Made(0.1, 0.6, 0.3, 0.1), "cat(ir=100)": Made(0.05, 0.15, 0.1, 0.04)}
    row = row_of(across(in_ap(table, made), "ap"), "bagging")
    assert (row["n_datasets"], row["mean_difference"]) == (1, pytest.approx((0.2 + 0.4) / 2))


def test_losses_are_shares_with_their_own_sign(table):
    made = {"a": Made(0.9, 0.5, 0.7, -0.04), "b": Made(3.0, 1.0, 2.0, -0.4)}
    row = row_of(across(in_ap(table, made, "log_loss"), "log_loss"), "bagging")
    assert row["mean_difference"] == pytest.approx((-0.1 - 0.2) / 2)
    assert (row["wins"], row["losses"]) == (2, 0)


def test_decisions_stay_raw_differences(table):
    made = {"a": Made(0.1, 0.2, 0.15, 0.02), "b": Made(0.1, 0.9, 0.5, 0.04)}
    row = row_of(across(in_ap(table, made, "f1"), "f1"), "bagging")
    assert (row["mean_difference"], row["rope"]) == (pytest.approx(0.03), 0.01)


def test_datasets_with_nothing_to_gain_are_left_out_and_counted(table):
    made = {
        "a": Made(0.5, 0.9, 0.7, 0.04),
        "b": Made(0.5, 0.7, 0.6, 0.04),
        "random": Made(0.5, np.nan, 0.5, 0.3),
        "worse": Made(0.5, np.nan, 0.4, 0.3),
        "unknown": Made(np.nan, np.nan, 0.4, 0.3),
    }
    frames = in_ap(table, made, "roc_auc")
    seeds = (frames.cells["strategy"] == "none") & (frames.cells["dataset"] == "random")
    frames.cells.loc[seeds, "roc_auc"] = 0.5
    row = row_of(across(frames, "roc_auc"), "bagging")
    assert row["mean_difference"] == pytest.approx((0.1 + 0.2) / 2)
    assert (row["n_datasets"], row["wins"], row["ties"], row["losses"]) == (2, 2, 0, 0)
    assert row["note"].startswith(
        "2 datasets have nothing to gain and are left out; 1 dataset has an unknown gain and is left out"
    )


def test_where_no_dataset_has_anything_to_gain_there_is_no_verdict(table):
    row = row_of(across(in_ap(table, {"a": Made(0.5, np.nan, 0.4, 0.3)}, "roc_auc"), "roc_auc"), "bagging")
    assert (row["n_datasets"], row["verdict"]) == (0, "no verdict")
    assert row["note"] == "1 dataset has nothing to gain and is left out"


@pytest.mark.parametrize(("gaps", "unchanged", "ties"), [((0.0, 0.0), True, 0), ((0.0, 0.0001), False, 2)])
def test_what_never_changes_a_value_is_marked_and_ties_with_nobody(table, gaps, unchanged, ties):
    made = {"ctr": Made(0.048, 0.1, 0.08, gaps[0]), "cat10": Made(0.1, 0.66, 0.4, gaps[1])}
    found = across(in_ap(table, made), "ap")
    row = row_of(found, "bagging")
    assert (row["unchanged"], row["verdict"]) == (unchanged, "practically equal")
    assert (row["wins"], row["ties"], row["losses"]) == (0, ties, 0)
    assert not row_of(found, "none")["unchanged"]
