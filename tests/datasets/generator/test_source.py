"""Generated sources as datasets."""

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.cat10 import Cat10
from longtail.datasets.cat50 import Cat50
from longtail.datasets.ctr import Ctr
from longtail.datasets.ctr_strong import CtrStrong

SOURCES = [Ctr(), CtrStrong(), Cat10(), Cat50()]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_dataset_is_whole(source):
    dataset = source.load(np.random.SeedSequence(1))
    rows, classes = source.size()
    assert (rows, len(dataset)) == (10_000, 30_000) and dataset.test_from == 10_000
    assert len(dataset.classes) == classes == len(set(dataset.classes))
    for posterior in (dataset.posterior, dataset.full_posterior):
        assert posterior.shape == (30_000, classes) and posterior.dtype == np.float64
        assert posterior.sum(1) == pytest.approx(np.ones(30_000), abs=1e-9) and posterior.min() >= 0
    assert (np.diff(dataset.time) >= 0).all()
    assert dataset.time[9_999] < dataset.time[10_000]
    assert np.bincount(dataset.y, minlength=classes).min() > 0
    assert {str(kind) for kind in dataset.X.dtypes} == {"float32", "category"}
    assert len(dataset.X.columns) >= 20 and dataset.card.checksum.startswith("sha256:")
    assert dataset.priors.sum() == pytest.approx(1)


def test_figures_of_the_four_worlds():
    assert Ctr().spec.priors.tolist() == [0.99, 0.01]
    assert [source.spec.bayes_ap for source in SOURCES] == [0.06, 0.24, 0.66, 0.55]
    priors = Cat50().spec.priors
    assert len(priors) == 50 and priors[0] / priors[-1] == pytest.approx(50**1.35)
    assert Cat10().spec.priors[0] / Cat10().spec.priors[-1] == pytest.approx(100)


def test_some_test_users_can_not_be_among_the_training_rows():
    dataset = Ctr(cold=0.4).load(np.random.SeedSequence(2))
    train, test = dataset.groups[:10_000], dataset.groups[10_000:]
    assert train.max() < 20_000
    assert (test >= 20_000).mean() == pytest.approx(0.4, abs=0.02)
    assert dataset.X["user"].iloc[5] == f"u{dataset.groups[5]:05d}"


def test_missing_values_are_as_many_as_asked_for_and_only_in_optional_numbers():
    X = Cat10(missing=0.2).load(np.random.SeedSequence(3)).X
    share = X.isna().mean()
    assert set(share[share > 0].index) == {"rating", "days_since_visit", "basket_value"}
    assert share["rating"] == pytest.approx(0.2, abs=0.01)


def test_a_row_of_the_larger_log_is_not_another_draw_of_features():
    small, large = (Cat10(rows=rows, test_rows=100).load(np.random.SeedSequence(4)) for rows in (500, 900))
    columns = ["price", "brand", "user", "affinity"]
    pd.testing.assert_frame_equal(
        small.X[columns].astype({"user": str, "brand": str})[:500],
        large.X[columns].astype({"user": str, "brand": str})[:500],
    )


def test_identity_holds_every_knob():
    assert Ctr(rows=5).identity() != Ctr(rows=6).identity()
    assert Ctr(heterogeneity=0.1).identity() != Ctr().identity()
    assert Ctr().identity() != CtrStrong().identity()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Ctr(rows=0), "rows must be 1 or more, not 0"),
        (lambda: Ctr(bayes_ap=1.5), "bayes_ap is a share between 0 and 1, not 1.5"),
        (lambda: Ctr(cold=1.0), "cold must be in"),
        (lambda: Ctr(heterogeneity=-1), "heterogeneity must be 0 or more, not -1"),
        (lambda: Cat10(zipf=1.0, imbalance_ratio=10.0), "two of zipf, classes and imbalance_ratio"),
        (lambda: Cat10(interactions=1.0), "interactions is a share"),
        (lambda: Cat10(needs=0), "needs must be 1 or more"),
    ],
)
def test_a_knob_that_breaks_a_rule_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
