"""What sections read."""

import numpy as np
import pytest

from longtail.bench.summary.view import counted, difference, form_over, known, listed, slug, span


def test_learners_with_most_strategies_come_first(view):
    assert view.learners == ("mlp", "gbdt")
    assert view.kinds == ("generated", "real")
    assert view.datasets("real") == ("zozo-click",)


def test_strategies_are_ordered_by_what_they_gain_of_what_there_is_to_gain(scaled):
    cells = scaled.frames.cells
    ctr = (cells["strategy"] == "threshold") & (cells["dataset"] == "ctr")
    cells.loc[ctr, "ap"] += 0.5 * 0.0495
    # .25 and .2 of it on average, though .012 and .05 in points
    assert scaled.strategies("mlp") == ("none", "threshold", "mixup")
    assert scaled.unit("ap", "ctr", "mlp") == pytest.approx(0.0495)


def test_differences_over_several_datasets_are_shares_of_ap_only():
    assert [form_over("ap", names) for names in (["a"], ["a", "b"])] == ["signed", "gain"]
    assert form_over("f1", ["a", "b"]) == "signed"


def test_values_leave_out_what_is_missing(view):
    assert len(view.values(("cat10", "mlp", "smote"), "ap")) == 2
    assert view.by_seed(("cat10", "mlp", "smote"), "ap").keys() == {1, 2}
    assert len(view.values(("cat10", "mlp", "absent"), "ap")) == 0


def test_sources_are_cells(view, made):
    ids = {planned.cell.id for planned in made.run.planned}
    assert len(view.sources([("ctr", "mlp", "none")])) == 3
    assert set(view.sources([("ctr", "mlp", "none")])) <= ids


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "none"),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefgh"), "a, b, c, d, e and 3 more"),
    ],
)
def test_listed(names, text):
    assert listed(names) == text


def test_counted():
    assert counted(1, "strategy", "strategies") == "1 strategy"
    assert counted(1200, "cell") == "1,200 cells"


def test_span_of_one_and_of_none():
    assert span([0.5]).low is None
    assert span([np.nan]).mean is None


def test_difference_without_an_interval():
    row = {"difference": 0.1, "difference_low": np.nan, "difference_high": np.nan, "pairs": 1}
    assert difference(row).low is None
    assert difference(None).mean is None
    assert known(np.nan) is None


def test_slugs_of_different_texts_differ():
    assert slug("mlp") == "mlp"
    assert slug("mlp(a=1)") != slug("mlp(a-1)")
