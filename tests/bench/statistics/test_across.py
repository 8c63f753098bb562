import numpy as np
import pandas as pd
import pytest
from scipy import stats

from longtail.bench.evaluation.frames import ACROSS_COLUMNS
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
