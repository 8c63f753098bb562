"""Product titles, on a small table of the same form, and on the real one where it is there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.preparation import prepare
from longtail.bench.training.text import WIDTH, is_text
from longtail.datasets.reading.originals import Originals
from longtail.datasets.real import fashion_titles
from longtail.datasets.real.fashion_titles import ORIGINALS, FashionTitles, by_title

SEED = np.random.SeedSequence(0)


def test_titles_are_joined_by_position_and_are_the_groups(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    made = Originals("fashion-titles", tuple(replace(each, rows=3) for each in ORIGINALS.files))
    monkeypatch.setattr(fashion_titles, "ORIGINALS", made)
    styles = pd.DataFrame({name: ["a", "b", "c"] for name in ORIGINALS.files[0].columns}).assign(year=[2011, 2012, ""])
    styles["articleType"] = ["Shirts", "Jeans", "Shirts"]
    styles.to_csv(tmp_path / "styles.csv", index=False)
    pd.DataFrame({"productDisplayName": ["Blue, wide", "Red", "blue, wide "]}).to_csv(
        tmp_path / "styles_text.csv", index=False
    )
    made.add(tmp_path)
    dataset = FashionTitles().load(SEED)
    assert dataset.X["title"].tolist() == ["Blue, wide", "Red", "blue, wide "]
    assert dataset.classes == ("Jeans", "Shirts") and dataset.y.tolist() == [1, 0, 1]
    assert dataset.groups.tolist() == [0, 1, 0]
    assert not {"id", "masterCategory", "subCategory", "articleType"} & set(dataset.X.columns)


def test_a_row_without_a_title_is_a_group_of_its_own():
    assert by_title(pd.Series(["Red ", None, "red", None])).tolist() == [0, 1, 0, 2]


@pytest.fixture
def real(shared_data):
    FashionTitles.origin.add(shared_data / "fashion_titles")
    return FashionTitles().load(SEED)


def test_the_real_table_is_as_published(real):
    counts = np.bincount(real.y)
    assert len(real) == 44_446 and len(real.classes) == 143
    assert counts.max() == 7_070 and real.classes[counts.argmax()] == "Tshirts" and (counts == 1).sum() == 7
    assert int(real.X["title"].duplicated().sum()) == 13_310
    assert (counts >= 10).sum() == 107 and (counts >= 20).sum() == 90 and (counts >= 50).sum() == 70


def test_no_title_stands_in_training_and_test_rows_and_words_become_numbers(real):
    assert is_text(real.X["title"]) and not is_text(real.X["baseColour"])
    prepared = prepare(real, 0, rows=2000)
    learn, test = (real.groups[rows] for rows in (prepared.learn_rows, prepared.test_rows))
    assert not set(learn) & set(test)
    assert prepared.encoder.cardinalities.count(0) >= WIDTH + 1
    assert np.isfinite(prepared.test.x).all()
