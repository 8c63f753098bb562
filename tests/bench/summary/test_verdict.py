"""Tables and pictures of verdicts."""

import pytest

from longtail.bench.summary.verdict import section, summary
from longtail.bench.summary.view import View
from longtail.reports.content import TallyCell


def test_a_row_names_who_is_better_and_counts_the_rest(view):
    table = summary(view, "generated")
    rows = {(row.scope.learner, row.cells[1].text): row for row in table.rows}
    assert set(rows) == {
        (learner, track) for learner in ("mlp", "gbdt") for track in ("Ranking, AP", "Decisions, Macro F1")
    }
    row = rows["mlp", "Ranking, AP"]
    tallies = {cell.word: cell for cell in row.cells if isinstance(cell, TallyCell)}
    ((strategy, difference, remark),) = tallies["better"].items
    assert (strategy, remark) == ("balanced-softmax", "better on 3 of 3 datasets")
    assert difference.low < 0.06 < difference.high
    assert (tallies["practically equal"].number, tallies["practically equal"].rest) == (1, ("focal-loss",))
    assert sum(cell.number for cell in tallies.values()) == 4


def test_rows_are_as_long_as_the_head_whatever_words_occur(view):
    for kind in ("generated", "real"):
        table = summary(view, kind)
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_one_seed_is_called_too_few(make, tmp_path):
    made = make(tmp_path, {"cat10": 10}, {"none": 0.0, "mixup": 0.1}, ("mlp",), 1)
    assert summary(View(made.run, made.frames), "generated").note.startswith("One seed gives no interval")


def test_forest_shows_every_seed_and_the_twin_has_the_same_numbers(view):
    group = next(block for block in section(view).blocks if getattr(block, "title", "").startswith("Ranking with mlp"))
    (chart,) = group.blocks
    panel = next(panel for panel in chart.panels if panel.title == "cat50")
    row = next(row for row in panel.rows if row.label == "balanced-softmax")
    assert len(row.points) == 3
    assert sum(row.points) / 3 == pytest.approx(row.value)
    place = [column.label for column in chart.twin.columns].index("cat50")
    cell = next(r.cells[place] for r in chart.twin.rows if r.cells[0].text == "balanced-softmax")
    assert cell.difference.mean == pytest.approx(row.value)
    assert cell.word == row.word == "better"


def test_band_of_equality_is_that_of_the_statistics(view):
    group = next(block for block in section(view).blocks if getattr(block, "title", "").startswith("Ranking with mlp"))
    # 5 % of the way from .05 to .5, the made references
    assert group.blocks[0].panels[0].rope == pytest.approx(0.05 * 0.45)
