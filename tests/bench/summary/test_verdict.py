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
    assert difference.low < 0.06 / 0.45 < difference.high
    assert (tallies["practically equal"].number, tallies["practically equal"].rest) == (1, ("focal-loss",))
    assert sum(cell.number for cell in tallies.values()) == 4


def test_rows_are_as_long_as_the_head_whatever_words_occur(view):
    for kind in ("generated", "real"):
        table = summary(view, kind)
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_over_several_datasets_the_caption_names_the_unit(view):
    assert summary(view, "generated").caption.endswith("against none; differences in AP in % of what there is to gain")
    assert summary(view, "real").caption.endswith("against none")


def test_what_changes_nothing_has_a_line_of_its_own_and_counts_in_no_column(scaled):
    table = summary(scaled, "generated")
    for row in table.rows:
        tallies = [cell for cell in row.cells if isinstance(cell, TallyCell)]
        assert sum(cell.number for cell in tallies) == 1
        assert not any("threshold" in cell.rest for cell in tallies)
    assert table.note == (
        "Not counted, as every AP is that of none: threshold. "
        "Not counted, as every Macro F1 is that of none: threshold."
    )


def test_what_changes_nothing_with_one_learner_only_says_which(scaled):
    cells = scaled.frames.cells
    moved = (cells["strategy"] == "threshold") & (cells["learner"] == "gbdt") & (cells["seed"] == 0)
    cells.loc[moved, ["ap", "f1"]] += 1e-6
    assert summary(scaled, "generated").note.startswith(
        "Not counted, as every AP is that of none: threshold with mlp. Not counted"
    )


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
