"""Cards of datasets."""

import pytest

from longtail.bench.errors import StoreError
from longtail.bench.summary.dataset_cards import card_of, section
from longtail.bench.summary.view import View
from longtail.reports.content import Glossary, Notice


def test_card_is_taken_from_the_folder_of_runs(view):
    card = card_of(view, view.run.planned[0].cell)
    assert card.title == "of ctr"
    assert card.traps == ("beware of <b>bold</b>",)


def test_card_is_drawn_once_and_kept(make, tmp_path):
    made = make(tmp_path, {"ctr": 2}, {"none": 0.0}, ("mlp",), 1)
    (kept,) = (tmp_path / "cards").iterdir()
    kept.unlink()
    view = View(made.run, made.frames)
    drawn = card_of(view, made.run.planned[0].cell)
    assert kept.is_file()
    assert card_of(view, made.run.planned[0].cell) == drawn


def test_corrupt_card_is_named_and_the_rest_stands(make, tmp_path):
    made = make(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0}, ("mlp",), 1)
    view = View(made.run, made.frames)
    broken = next(path for path in (tmp_path / "cards").iterdir() if "of ctr" in path.read_text())
    broken.write_text("{")
    with pytest.raises(StoreError, match="remove it"):
        card_of(view, made.run.planned[0].cell)
    _, ctr, cat10 = section(view).blocks
    assert isinstance(ctr.blocks[0], Notice)
    assert isinstance(cat10.blocks[0], Glossary)
