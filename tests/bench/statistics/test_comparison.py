import numpy as np
import pandas as pd
import pytest
from scipy import stats

from longtail.bench.errors import NothingToCompareError
from longtail.bench.statistics.baselines import COLUMNS, Snapshot, snapshot_of
from longtail.bench.statistics.comparison import compare


def snapshot(name: str, values: dict[str, list[float]], **more: object) -> Snapshot:
    """AP by strategy and seed; F1 stays; prevalence .1 and limit .5, so the ROPE of AP is .02."""
    given = {"dataset": "d", "learner": "mlp", "device": "cpu", "generated": True, "reference": False, "status": "done"}
    given |= {"cell": "c", "fingerprint": "f", "f1": 0.4, "f1_own": 0.4, "seconds_total": 10.0} | more
    rows = [
        given | {"strategy": strategy, "seed": seed, "ap": value}
        for strategy, scores in values.items()
        for seed, value in enumerate(scores)
    ]
    for reference, value in (("prior", 0.1), ("bayes-limit", 0.5)):
        rows.append(given | {"strategy": reference, "learner": "reference", "reference": True, "seed": 0, "ap": value})
    return Snapshot(name, "quick", "", "", "none", pd.DataFrame(rows, columns=list(COLUMNS)))


def change_of(comparison, strategy, metric="ap"):
    rows = comparison.rows
    return rows[(rows["strategy"] == strategy) & (rows["metric"] == metric)].iloc[0]


def test_a_planted_regression_is_found():
    old = {"none": [0.30, 0.40, 0.35], "smote": [0.30, 0.40, 0.35], "gan": [0.30, 0.40, 0.35]}
    new = old | {"smote": [0.249, 0.350, 0.301], "gan": [0.351, 0.449, 0.400]}
    found = compare(snapshot("old", old), snapshot("new", new))
    row, gap = change_of(found, "smote"), np.array([-0.051, -0.050, -0.049])
    low, high = stats.t.interval(0.95, 2, loc=gap.mean(), scale=stats.sem(gap))
    assert (row["low"], row["high"], row["rope"]) == pytest.approx((low, high, 0.02))
    assert (row["change"], change_of(found, "gan")["change"]) == ("regressed", "improved")
    assert change_of(found, "none")["change"] == change_of(found, "smote", "f1")["change"] == "identical"
    assert found.rows["change"].iloc[0] == "regressed"
    assert found.exit_code() == 3


def test_noise_is_no_regression():
    old = snapshot("old", {"none": [0.3, 0.4, 0.35], "smote": [0.3, 0.4, 0.35]})
    new = snapshot("new", {"none": [0.3, 0.4, 0.35], "smote": [0.33, 0.36, 0.34]})
    found = compare(old, new)
    assert change_of(found, "smote")["change"] == "undecided"
    assert found.exit_code() == 0


def test_small_changes_are_the_same():
    found = compare(snapshot("old", {"none": [0.3, 0.4, 0.35]}), snapshot("new", {"none": [0.301, 0.400, 0.351]}))
    assert change_of(found, "none")["change"] == "same"


def test_one_seed_decides_only_what_is_identical():
    old = snapshot("old", {"none": [0.3], "smote": [0.3]})
    found = compare(old, snapshot("new", {"none": [0.3], "smote": [0.1]}))
    assert [change_of(found, name)["change"] for name in ("none", "smote")] == ["identical", "undecided"]
    assert change_of(found, "smote")["note"] == "one seed gives no interval"


def test_a_cell_that_no_longer_finishes_is_lost():
    old, new = (
        snapshot("old", {"none": [0.3, 0.4], "smote": [0.3, 0.4]}),
        snapshot("new", {"none": [0.3, 0.4], "smote": [0.3, 0.4]}),
    )
    place = (new.cells["strategy"] == "smote") & (new.cells["seed"] == 1)
    new.cells.loc[place, ["status", "ap", "f1"]] = ["out_of_memory", np.nan, np.nan]
    found = compare(old, new)
    row = change_of(found, "smote", "status")
    assert (row["change"], row["note"]) == ("lost", "done in the other run, out of memory in the new one (seed 1)")
    assert found.exit_code() == 3
    assert compare(new, old).counts["gained"] == 1
    assert compare(new, old).exit_code() == 0


def test_cells_that_only_one_run_has_are_counted():
    found = compare(snapshot("old", {"none": [0.3], "a": [0.3]}), snapshot("new", {"none": [0.3, 0.2]}))
    assert (found.paired, found.only_base, found.only_new) == (1, 1, 1)


def test_cells_of_other_devices_do_not_pair():
    with pytest.raises(NothingToCompareError, match="the runs old and new share no finished cell") as error:
        compare(snapshot("old", {"none": [0.3]}), snapshot("new", {"none": [0.3]}, device="cuda"))
    assert error.value.exit_code == 4


def test_slower_is_told_and_fails_only_if_asked():
    old, new = snapshot("old", {"none": [0.3, 0.3]}), snapshot("new", {"none": [0.3, 0.3]}, seconds_total=25.0)
    found = compare(old, new)
    assert found.slower(2.0)["ratio"].tolist() == [2.5]
    assert (found.exit_code(), found.exit_code(slower_than=2.0), found.exit_code(slower_than=3.0)) == (0, 3, 0)


def test_runs_are_compared_by_their_records(make_run):
    old = snapshot_of(make_run({"none": 0.2, "smote": 0.2}, name="old"))
    new = snapshot_of(make_run({"none": 0.2, "smote": 4.0}, name="new", code="changed"))
    found = compare(old, new)
    assert change_of(found, "none")["change"] == "identical"
    assert change_of(found, "smote")["change"] == "regressed"
