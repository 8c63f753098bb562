"""Sessions of a web shop, on a small table of the same form, and on the real one where it is there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.base import Absent
from longtail.datasets.reading.originals import Originals
from longtail.datasets.real import online_shoppers
from longtail.datasets.real.online_shoppers import CATEGORIES, NUMBERS, ORIGINALS, OnlineShoppers

SEED = np.random.SeedSequence(0)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A table of six sessions, added as a user would add it."""
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    (original,) = ORIGINALS.files
    made = Originals("online-shoppers", (replace(original, rows=6),))
    monkeypatch.setattr(online_shoppers, "ORIGINALS", made)
    rows = pd.DataFrame({name: np.arange(6) / 2 for name in NUMBERS} | {name: ["1", "13"] * 3 for name in CATEGORIES})
    rows["Weekend"], rows["Revenue"] = ["TRUE", "FALSE"] * 3, ["FALSE", "TRUE", "FALSE"] * 2
    rows.to_csv(tmp_path / "mine.csv", index=False)
    made.add(tmp_path / "mine.csv")
    return rows


def test_columns_have_their_kinds_and_the_class_is_revenue(small):
    dataset = OnlineShoppers().load(SEED)
    assert dataset.y.tolist() == [0, 1, 0, 0, 1, 0] and dataset.classes == ("no purchase", "purchase")
    assert set(dataset.X.columns) == {*NUMBERS, *CATEGORIES, "Weekend"}
    # codes of browsers and regions are no quantities
    assert all(isinstance(dataset.X[name].dtype, pd.CategoricalDtype) for name in CATEGORIES)
    assert dataset.X["Weekend"].tolist() == [True, False] * 3
    assert dataset.X["PageValues"].tolist() == small["PageValues"].tolist()


def test_the_card_says_that_the_copy_is_another(small):
    assert "its cells are not" in OnlineShoppers().load(SEED).card.facts["verified"]


def test_where_it_is_absent_identity_and_size_are_known_and_loading_says_how(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    assert OnlineShoppers().size() == (12_330, 2)
    assert OnlineShoppers().identity() == {"online_shoppers_intention.csv": ORIGINALS.files[0].cells}
    with pytest.raises(Absent, match="longtail data fetch online-shoppers"):
        OnlineShoppers().load(SEED)


def test_the_real_table_is_as_published(shared_data):
    OnlineShoppers.origin.add(shared_data / "online_shoppers")
    dataset = OnlineShoppers().load(SEED)
    assert (len(dataset), int(dataset.y.sum())) == (12_330, 1_908)
    assert dataset.card.facts["verified"] == "by the SHA-256 of the file"
    assert not dataset.X.isna().any().any()
    assert int(dataset.X.assign(y=dataset.y).duplicated().sum()) == 125
