"""Ad impressions, on a small table of the same form, and on the real one where it is there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from longtail.bench.registry import source_name, source_named
from longtail.datasets.reading.originals import Originals
from longtail.datasets.real import click_prediction_small
from longtail.datasets.real.click_prediction_small import IDS, ORIGINALS, ClickPredictionSmall

SEED = np.random.SeedSequence(0)


def test_ids_are_exact_categories_and_the_rest_are_numbers(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    (original,) = ORIGINALS.files
    made = Originals("click-prediction-small", (replace(original, rows=3),))
    monkeypatch.setattr(click_prediction_small, "ORIGINALS", made)
    # as floats, both hashes are 10710025208886284288
    rows = pd.DataFrame({name: ["10710025208886284288", "10710025208886284289", "7"] for name in original.columns})
    rows = rows.assign(click=[0, 1, 0], impression=[1, 2, 3], depth=[3, 2, 1], position=[1, 2, 3])
    rows.to_csv(tmp_path / "mine.csv", index=False)
    made.add(tmp_path / "mine.csv")
    dataset = ClickPredictionSmall().load(SEED)
    assert dataset.y.tolist() == [0, 1, 0] and dataset.groups is None
    assert all(dataset.X[name].nunique() == 3 for name in IDS)
    assert all(isinstance(dataset.X[name].dtype, pd.CategoricalDtype) for name in IDS)
    assert dataset.X["position"].tolist() == [1, 2, 3] and "click" not in dataset.X


@pytest.mark.parametrize(("ratio", "clicks"), [(20, 1661), (100, 332), (200, 166)])
def test_a_ratio_says_its_size_beforehand(ratio, clicks):
    assert ClickPredictionSmall(imbalance_ratio=ratio).size() == (33_220 + clicks, 2)
    assert source_name(source_named(f"click-prediction-small(imbalance_ratio={ratio}.0)")).endswith(f"={ratio})")


@pytest.mark.parametrize("ratio", [1, 4.9, 4000])
def test_a_ratio_that_the_rows_do_not_give_is_refused(ratio):
    with pytest.raises(ValueError, match=r"imbalance_ratio must be from 4\.94 \(all rows\) to 3,322"):
        ClickPredictionSmall(imbalance_ratio=ratio)


def test_the_real_table_is_as_published_and_thins_to_a_part(shared_data):
    ClickPredictionSmall.origin.add(shared_data / "click_prediction_small")
    whole = ClickPredictionSmall().load(SEED)
    assert (len(whole), int(whole.y.sum())) == (39_948, 6_728)
    assert whole.X["advertiser_id"].nunique() == 6_064
    few, more = (ClickPredictionSmall(imbalance_ratio=ratio).load(SEED) for ratio in (200, 20))
    assert (len(few) - few.y.sum()) / few.y.sum() == pytest.approx(200, rel=0.01)
    assert len(few) == ClickPredictionSmall(imbalance_ratio=200).size()[0]

    def clicks(dataset):
        return set(dataset.X[dataset.y == 1].astype(str).agg(" ".join, axis=1))

    assert clicks(few) <= clicks(more) <= clicks(whole)
    assert "166 of 6,728 clicks" in few.card.facts["thinned"]
