"""Each dataset in one line."""

import pytest

from longtail.bench.summary.glance import groundless, mean_over, strongest, table
from longtail.bench.summary.view import View


def test_strongest_learner_has_the_highest_mean_under_the_baseline(make, tmp_path):
    made = make(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0, "mixup": 0.3}, ("mlp", "gbdt"), 3)
    cells = made.frames.cells
    cells.loc[(cells["learner"] == "gbdt") & (cells["strategy"] == "none"), "ap"] = 0.4
    view = View(made.run, made.frames)
    plain = strongest(view, ("ctr", "cat10"))
    assert plain is not None
    assert (plain.learner, plain.mean) == ("gbdt", pytest.approx(0.4))


def test_mean_over_datasets_needs_all_of_them(view):
    assert mean_over(view, ("ctr", "cat10"), "gbdt", "near-miss") is None
    found = [view.values((dataset, "mlp", "none"), "ap").mean() for dataset in ("ctr", "cat10")]
    assert mean_over(view, ("ctr", "cat10"), "mlp", "none") == pytest.approx(sum(found) / 2)


def test_a_baseline_at_class_frequencies_is_groundless(make, tmp_path):
    made = make(tmp_path, {"zozo-click": 2}, {"none": 0.0, "mixup": 0.0}, ("mlp",), 3)
    cells = made.frames.cells
    cells.loc[cells["strategy"] == "none", "ap"] = 0.04  # class frequencies get .05
    assert groundless(View(made.run, made.frames), ("zozo-click",), "mlp")


def test_a_baseline_that_has_learnt_is_not(view):
    assert not groundless(view, ("ctr", "cat10"), "mlp")


def test_a_row_for_each_dataset_names_the_best_of_all_pairs(view):
    rows = {row.cells[0].text: row for row in table(view).rows}
    assert list(rows) == ["ctr", "cat10", "cat50", "zozo-click"]
    assert rows["cat50"].cells[3].text == "balanced-softmax"
    assert rows["cat50"].cells[5].text.startswith("balanced-softmax with ")
    assert rows["cat50"].cells[-1].value == pytest.approx(0.5)
    assert rows["zozo-click"].cells[-1].value is None
