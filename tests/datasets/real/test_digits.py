"""scikit-learn's digits with a tail."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from longtail.datasets.real.digits import Digits

SEED = np.random.SeedSequence(0)


def test_rows_are_those_of_scikit_learn_and_sizes_follow_the_profile():
    dataset = Digits(imbalance_ratio=4).load(SEED)
    counts = np.bincount(dataset.y)
    # 182 ones; each digit has 4**(1/9) times as many as the next, rounded down
    assert counts.tolist() == [int(182 * 4 ** (-k / 9) + 1e-9) for k in range(10)]
    assert dataset.classes[0] == "1" and dataset.classes[-1] == "0"
    known = load_digits()
    there = {(tuple(row), label) for row, label in zip(known.data.tolist(), known.target.tolist(), strict=True)}
    named = [int(dataset.classes[k]) for k in dataset.y]
    assert all((tuple(row), label) in there for row, label in zip(dataset.X.to_numpy().tolist(), named, strict=True))


def test_by_default_every_class_has_enough_rows_to_be_scored():
    assert round(0.3 * min(Digits().sizes)) >= 10
    assert Digits().size() == (len(Digits().load(SEED)), 10)


@pytest.mark.parametrize("ratio", [0.5, 100, True])
def test_a_ratio_that_the_rows_do_not_give_is_refused(ratio):
    with pytest.raises(ValueError, match="imbalance_ratio must be"):
        Digits(imbalance_ratio=ratio)


def test_an_unknown_profile_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="profile must be one of exponential, zipf, step, not 'linear'"):
        Digits(profile="linear")
