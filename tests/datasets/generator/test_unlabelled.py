from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generator.unlabelled import unlabelled

SEED = np.random.SeedSequence(3)


def test_the_log_is_the_same_with_and_without_them():
    plain, more = Cat10(rows=600, test_rows=400).load(SEED), Cat10(rows=600, test_rows=400, unlabelled=500).load(SEED)
    assert plain.unlabelled is None
    assert plain.X.equals(more.X)
    assert np.array_equal(plain.y, more.y)


def test_they_are_other_rows_of_the_time_of_training_with_its_columns():
    data = Cat10(rows=600, test_rows=400, unlabelled=5000).load(SEED)
    assert len(data.unlabelled) == len(data.unlabelled_y) == 5000
    assert list(data.unlabelled.columns) == list(data.X.columns)
    assert data.unlabelled["price"].isin(data.X["price"]).mean() < 0.01  # float32: some meet by chance


def test_their_classes_have_the_priors():
    data = Cat10(rows=600, test_rows=400, unlabelled=20_000).load(SEED)
    counts = np.bincount(data.unlabelled_y, minlength=10)
    expected = data.priors * 20_000
    assert ((counts - expected) ** 2 / expected).sum() < 28  # chi-square, 9 degrees, .999


def test_they_are_shown_as_test_rows_are():
    source = Ctr(rows=2000, test_rows=2000, exposure=1.5, test_exposure=0.0)
    drawn = unlabelled(source.spec, SEED, 40_000).drawn
    as_logged = unlabelled(replace(source.spec, test_exposure=None), SEED, 40_000).drawn
    counts, logged = (np.bincount(rows.codes["item"], minlength=2000) for rows in (drawn, as_logged))
    # uniform: Poisson counts of 20, whose largest of 2,000 stays below 50; by popularity the first items hold most
    assert counts.max() < 50
    assert logged.max() > 1000


def test_there_can_be_none_or_more():
    with pytest.raises(ValueError, match="unlabelled must be 0 or more"):
        Cat10(unlabelled=-1)
