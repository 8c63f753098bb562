"""How near synthetic rows lie to real ones."""

import dataclasses

from longtail.bench.summary.cost import runtime_section
from longtail.bench.summary.nearness import TITLE, group
from longtail.bench.summary.view import View
from longtail.reports.content import NumberCell, TextCell


def test_a_line_a_strategy_that_added_rows(view):
    (table,) = group(view).blocks
    (row,) = table.rows
    # smote: 6 cells on ctr and 6 on zozo-click with .6, 4 on cat10 with .3 (two timed out), 6 on cat50 with .06
    assert row.cells == (
        TextCell("smote"),
        NumberCell(0.0, "percent"),
        NumberCell(0.6),
        NumberCell(0.06),
        TextCell("cat50"),
    )
    assert len(row.sources) == 22


def test_the_section_on_rows_shows_it(view):
    assert TITLE in [block.title for block in runtime_section(view).blocks]


def without(view, keep):
    cells = view.frames.cells.copy()
    cells.loc[~cells["strategy"].isin(keep), ["copies", "nearness"]] = None
    return View(view.run, dataclasses.replace(view.frames, cells=cells))


def test_a_run_without_such_a_strategy_has_no_such_table(view):
    bare = without(view, ())
    assert group(bare) is None
    assert TITLE not in [block.title for block in runtime_section(bare).blocks]


def test_what_copies_most_comes_first_and_one_distance_names_no_dataset(view):
    cells = view.frames.cells.copy()
    repeated = cells["strategy"] == "focal-loss"
    cells.loc[repeated, "copies"] = 1.0
    cells.loc[repeated, "nearness"] = 0.0
    (table,) = group(View(view.run, dataclasses.replace(view.frames, cells=cells))).blocks
    assert [row.cells[0].text for row in table.rows] == ["focal-loss", "smote"]
    assert table.rows[0].cells[1:] == (NumberCell(1.0, "percent"), NumberCell(0.0), NumberCell(0.0), TextCell(""))
