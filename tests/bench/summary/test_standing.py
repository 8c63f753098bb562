"""Where strategies stand: the made effects come out as verdicts."""

import pytest

from longtail.bench.summary.standing import gain, standings, word_of


def words(view, kind, learner, metric="ap"):
    return {row.strategy: row.word for row in standings(view, kind, learner, metric)}


@pytest.mark.parametrize("metric", ["ap", "f1"])
def test_made_effects_are_found_over_datasets(view, metric):
    found = words(view, "generated", "mlp", metric)
    assert found["balanced-softmax"] == "better"
    assert found["near-miss"] == "worse"
    assert found["focal-loss"] == "practically equal"
    assert "none" not in found


def test_not_applicable_has_no_verdict(view):
    assert words(view, "generated", "gbdt")["near-miss"] == "no verdict"


def test_noise_alone_is_undecided_on_one_dataset(view):
    found = words(view, "real", "gbdt")
    assert "undecided" in found.values()
    assert "better" not in found.values()


def test_counts_of_datasets(view):
    row = next(row for row in standings(view, "generated", "mlp", "ap") if row.strategy == "balanced-softmax")
    assert (row.better, row.worse, row.datasets) == (3, 0, 3)
    # .06 of the .45 from class frequencies to the limit
    assert row.difference.mean == pytest.approx(0.06 / 0.45, abs=0.01)
    assert row.difference.form == "gain"


def test_over_datasets_ap_is_a_share_of_what_there_is_to_gain_and_f1_is_not(scaled):
    (row,) = [row for row in standings(scaled, "generated", "mlp", "ap") if row.strategy == "mixup"]
    # a fifth and .001 a seed on both, though .0099 on one and .09 on the other
    assert (row.difference.mean, row.word) == (pytest.approx(0.201), "better")
    assert {row.difference.form for row in standings(scaled, "generated", "mlp", "f1")} == {"signed"}


def test_within_one_dataset_the_difference_stays_raw_and_its_gain_is_a_share(view):
    found = {row.strategy: row for row in standings(view, "real", "mlp", "ap")}
    row = found["balanced-softmax"]
    contrast = view.contrast["ap"]["zozo-click", "mlp", "balanced-softmax"]
    assert (row.difference.mean, row.difference.form) == (pytest.approx(contrast["difference"]), "signed")
    assert gain(row) == pytest.approx(contrast["difference"] / view.unit("ap", "zozo-click", "mlp"))


@pytest.mark.parametrize("metric", ["ap", "f1"])
def test_what_leaves_every_value_as_it_is_is_marked(scaled, metric):
    found = {row.strategy: row.unchanged for row in standings(scaled, "generated", "gbdt", metric)}
    assert found == {"threshold": True, "mixup": False}


def test_what_is_not_done_is_not_unchanged(scaled):
    cells = scaled.frames.cells
    lost = (cells["strategy"] == "threshold") & (cells["seed"] > 0)
    cells.loc[lost, ["status", "reason"]] = ["failed", "it broke"]
    row = next(row for row in standings(scaled, "generated", "mlp", "ap") if row.strategy == "threshold")
    assert (row.word, row.unchanged) == ("no verdict", False)


def test_no_row_and_the_baseline_have_no_verdict():
    assert word_of(None) == "no verdict"
    assert word_of({"verdict": "baseline"}) == "no verdict"
    assert word_of({"verdict": "worse"}) == "worse"
