"""The distance to the Bayes limit."""

import pytest

from longtail.bench.summary.limit import above, section
from longtail.bench.summary.view import View


def test_share_of_the_way_worked_by_hand(view, made):
    (chart,) = section(view).blocks
    row = next(r for r in chart.twin.rows if [c.text for c in r.cells[:3]] == ["none", "mlp", "cat10"])
    cells = made.frames.cells
    own = cells[(cells["strategy"] == "none") & (cells["learner"] == "mlp") & (cells["dataset"] == "cat10")][
        "ap"
    ].mean()
    # made references: class frequencies get .05, the limit .5
    assert row.cells[4].value == pytest.approx(0.5)
    assert row.cells[5].value == pytest.approx((own - 0.05) / 0.45)


def test_real_data_have_no_limit(view):
    (chart,) = section(view).blocks
    assert [panel.title for panel in chart.panels] == ["ctr", "cat10", "cat50"]


def test_what_lies_above_the_limit_is_named(make, tmp_path):
    made = make(tmp_path, {"cat10": 10}, {"none": 0.0, "cheat": 0.4}, ("mlp",), 3)
    assert "cheat with mlp on cat10" in above(View(made.run, made.frames))


def test_nothing_above_the_limit_is_said(view):
    assert above(view) == "No pair is above the limit by more than its interval."
