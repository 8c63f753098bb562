"""Two markets of one world."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from longtail.datasets.generated.ctr_markets import CtrMarkets
from longtail.datasets.generator.spec import Spec

SEED = np.random.SeedSequence(1)
QUICK = CtrMarkets(rows=400, test_rows=300, source_rows=600)


def numeric(frame):
    values = frame.select_dtypes("number").to_numpy(np.float64)
    return (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9)


def test_the_market_at_hand_is_what_it_is_without_the_other():
    alone = QUICK.load(SEED)
    again = replace(QUICK, source_rows=50, taste_shift=0.2).load(SEED)
    assert alone.X.equals(again.X)
    assert np.array_equal(alone.y, again.y)
    assert len(alone.source) == 600
    assert len(again.source) == 50


def test_the_other_has_the_same_columns_and_classes_and_rows_of_its_own():
    dataset = QUICK.load(SEED)
    market = dataset.source
    assert list(market.X.columns) == list(dataset.X.columns)
    assert [kind.name for kind in market.X.dtypes] == [kind.name for kind in dataset.X.dtypes]
    assert market.classes == dataset.classes
    assert not market.X.iloc[:400].reset_index(drop=True).equals(dataset.X.iloc[:400].reset_index(drop=True))
    assert market.X.equals(QUICK.load(SEED).source.X)
    assert not market.X.equals(QUICK.load(np.random.SeedSequence(2)).source.X)


def test_the_further_taste_has_turned_the_less_the_other_market_knows():
    """Of clicks at hand, by a logistic regression on the other market's numbers: 30,000 rows, a rate of a fifth."""
    areas = []
    for shift in (0.0, 1.0):
        knobs = {"rate": 0.2, "bayes_ap": 0.5, "heterogeneity": 0.0}
        source = CtrMarkets(rows=200, test_rows=8000, source_rows=30_000, taste_shift=shift, **knobs)
        dataset = source.load(SEED)
        model = LogisticRegression(max_iter=200).fit(numeric(dataset.source.X), dataset.source.y)
        test = slice(200, None)
        areas.append(roc_auc_score(dataset.y[test], model.predict_proba(numeric(dataset.X.iloc[test]))[:, 1]))
    same, turned = areas
    assert same > turned + 0.01


def test_identity_says_what_the_other_market_is():
    assert QUICK.identity()["source_rows"] == 600
    assert QUICK.identity() != replace(QUICK, taste_shift=0.5).identity()
    assert isinstance(QUICK.spec, Spec)


@pytest.mark.parametrize(("knob", "value"), [("taste_shift", 1.5), ("taste_shift", -0.1), ("source_rows", 0)])
def test_a_knob_out_of_range_is_named(knob, value):
    with pytest.raises(ValueError, match=f"{knob} .*not {value}"):
        CtrMarkets(**{knob: value})
