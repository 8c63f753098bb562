"""What scikit-learn's sets share: stated sizes hold, the draw is fixed, nothing has to be brought."""

import numpy as np
import pytest

from longtail.datasets.reading.tails import PROFILES
from longtail.datasets.real.breast_cancer import BreastCancer
from longtail.datasets.real.digits import Digits
from longtail.datasets.real.wine import Wine

ALL = [Digits, Wine, BreastCancer]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", ALL)
def test_sizes_are_known_beforehand_and_every_seed_gives_the_same_rows(kind, profile):
    source = kind(profile=profile, imbalance_ratio=8)
    one, other = source.load(np.random.SeedSequence(0)), source.load(np.random.SeedSequence(1))
    assert np.bincount(one.y).tolist() == list(source.sizes)
    assert source.size() == (len(one), len(one.classes))
    assert one.X.equals(other.X) and np.array_equal(one.y, other.y)
    assert str(len(one)) in one.card.facts["rows"]


@pytest.mark.parametrize("kind", ALL)
def test_counts_are_those_of_scikit_learn(kind):
    _, y, names = kind().given()
    assert np.bincount(y).tolist() == list(kind.counts) and len(names) == len(kind.counts)


def test_malignant_is_the_rare_class():
    dataset = BreastCancer().load(np.random.SeedSequence(0))
    assert dataset.classes == ("benign", "malignant") and np.bincount(dataset.y).tolist() == [357, 35]
    # malignant nuclei are larger
    radius = dataset.X["mean radius"].groupby(dataset.y).mean()
    assert radius[1] > radius[0] + 3
