"""Generated sources as datasets."""

import numpy as np
import pandas as pd
import pytest

from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.cat50 import Cat50
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generated.ctr_strong import CtrStrong
from longtail.datasets.generator.source import GeneratedConversions, GeneratedItems
from longtail.datasets.generator.spec import Spec


class Wares(GeneratedItems):
    name = "wares"


class Purchases(GeneratedConversions):
    name = "purchases"


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


def test_items_are_zipf_within_categories_and_named_by_them():
    source = Wares(classes=60, categories=4, item_zipf=1.0, category_zipf=0.5, bayes_ap=0.4, rows=2_000, test_rows=500)
    dataset = source.load(np.random.SeedSequence(1))
    assert len(set(dataset.classes)) == 60 and dataset.classes[0] == "dresses #1"
    assert (np.diff(dataset.priors) <= 0).all()
    kinds = np.array([name.split(" #")[0] for name in dataset.classes])
    shares = np.array([dataset.priors[kinds == kind].sum() for kind in dict.fromkeys(kinds)])
    assert sorted(shares, reverse=True) == pytest.approx(np.arange(1, 5) ** -0.5 / (np.arange(1, 5) ** -0.5).sum())
    own = dataset.priors[kinds == "dresses"]
    assert own / own[0] == pytest.approx(1 / np.arange(1, len(own) + 1))


def test_purchases_have_no_logged_chances_and_clicks_have():
    bought = Purchases(rows=2_000, test_rows=500).load(np.random.SeedSequence(1))
    assert bought.classes == ("no purchase", "purchase") and bought.propensity is None and bought.examination is None
    assert bought.y.mean() == pytest.approx(0.05, abs=0.015)
    clicks = Ctr(rows=2_000, test_rows=500).load(np.random.SeedSequence(1))
    for chance in (clicks.propensity, clicks.examination):
        assert chance.shape == (2_500,) and chance.dtype == np.float32
        assert (chance > 0).all() and (chance <= 1).all()
    judged = Ctr(rows=2_000, test_rows=500, test_examined=True).load(np.random.SeedSequence(1))
    assert np.array_equal(judged.examination[:2_000], clicks.examination[:2_000])
    assert (judged.examination[2_000:] == 1).all() and "examination" in judged.card.facts
    assert any("all looked at" in trap for trap in judged.card.traps)


def test_a_drifting_dataset_has_the_frozen_posterior_and_says_so():
    moving = Cat10(taste_drift=0.5, rows=1_000, test_rows=1_000).load(np.random.SeedSequence(1))
    assert np.array_equal(moving.frozen_posterior[:1_000], moving.posterior[:1_000])
    assert np.abs(moving.frozen_posterior[1_000:] - moving.posterior[1_000:]).mean() > 0.01
    assert any("drifts" in trap for trap in moving.card.traps) and "drift" in moving.card.facts
    assert Ctr(popularity_drift=1.0, rows=100, test_rows=100).load(np.random.SeedSequence(1)).frozen_posterior is None


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
        (lambda: Ctr(bayes_ap=1.5), "bayes_ap must be a share between 0 and 1, not 1.5"),
        (lambda: Ctr(cold=1.0), "cold must be in"),
        (lambda: Ctr(heterogeneity=-1), "heterogeneity must be 0 or more, not -1"),
        (lambda: Cat10(zipf=1.0, imbalance_ratio=10.0), "two of zipf, classes and imbalance_ratio"),
        (lambda: Cat10(interactions=1.0), "interactions must be a share"),
        (lambda: Cat10(needs=0), "needs must be 1 or more"),
        (lambda: Cat10(label_noise=1.0), "label_noise must be in"),
        (lambda: Cat10(noise="tail"), "noise must be one of head, uniform, not 'tail'"),
        (lambda: Cat10(test_labels="true"), "test_labels must be one of noisy, clean, not 'true'"),
        (lambda: Cat10(margins="log"), "margins must be one of shop, normal, not 'log'"),
        (lambda: Cat10(scenario="moon"), "scenario must be one of .*, not 'moon'"),
        (lambda: Cat10(taste_drift=1.5), "taste_drift must be a number of quarter turns"),
        (lambda: Cat10(popularity_drift=-1.0), "popularity_drift must be 0 or more"),
        (lambda: Cat10(interactions=0.6, wide=0.5), r"shares of one signal .* less than 1, not to 0\.6 \+ 0\.5"),
        (lambda: Ctr(session_rows=0.5), "session_rows must be 1 or more, not 0.5"),
        (lambda: Ctr(test_exposure=-1.0), "test_exposure must be 0 or more"),
        (
            lambda: Spec(task="conversion", test_examined=True),
            "test_examined can be set for the task click only, not for the task conversion",
        ),
        (
            lambda: Spec(task="category", test_exposure=0.0),
            "test_exposure can be set for the task click only, not for the task category",
        ),
        (lambda: Wares(classes=1), "classes must be 2 or more, not 1"),
        (lambda: Wares(classes=10), "categories must be 10 or fewer, the number of items, not 20"),
    ],
)
def test_a_knob_that_breaks_a_rule_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
