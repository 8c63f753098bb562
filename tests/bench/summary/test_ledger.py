"""What did not finish, and why."""

from longtail.bench.summary.ledger import section


def leaf(view, key):
    blocks = [inner for block in section(view).blocks for inner in getattr(block, "blocks", (block,))]
    return next(block for block in blocks if block.id == key)


def test_statuses_add_up(view):
    counts = {row.cells[0].text: row.cells[1].value for row in leaf(view, "statuses").rows}
    assert counts == {"done": 106, "timeout": 2, "not applicable": 12}


def test_unfinished_cells_have_their_sentence(view):
    rows = leaf(view, "unfinished").rows
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["smote", learner, "cat10", "0", "timeout", "longer than 60 s"] for learner in ("gbdt", "mlp")
    ]


def test_pairs_that_are_not_applicable_are_grouped_by_reason(view):
    (row,) = leaf(view, "refused").rows
    assert row.cells[0].text == "near-miss"
    assert row.cells[2].text == "ctr, cat10, cat50 and zozo-click"
    assert row.cells[3].value == len(row.sources) == 12


def test_ids_lead_to_records_that_exist_only(view):
    links = {row.cells[5].text: row.cells[0].href for row in leaf(view, "cells-all").rows}
    assert links["done"].startswith("../cells/")
    assert links["timeout"].endswith("/record.json")
    assert links["not applicable"] == ""
