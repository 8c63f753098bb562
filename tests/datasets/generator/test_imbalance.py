"""Profiles of classes."""

import numpy as np
import pytest

from longtail.datasets.generator.imbalance import Imbalance


def test_zipf_from_exponent_and_classes_has_the_ratio_that_follows():
    imbalance = Imbalance("zipf", exponent=2.0, classes=10)
    assert imbalance.solved == (10, 2.0, 100.0)
    # 1 + 1/4 + ... + 1/100 = 1.549767731...
    assert imbalance.priors[0] == pytest.approx(1 / 1.5497677311665407)
    assert imbalance.priors[-1] == pytest.approx(0.01 / 1.5497677311665407)


def test_zipf_from_ratio_and_classes_has_the_exponent_that_follows():
    imbalance = Imbalance("zipf", classes=50, ratio=200)
    assert imbalance.solved[1] == pytest.approx(np.log(200) / np.log(50))
    assert imbalance.priors.max() / imbalance.priors.min() == pytest.approx(200)


def test_zipf_from_exponent_and_ratio_has_the_classes_that_follow_and_keeps_the_ratio():
    imbalance = Imbalance("zipf", exponent=1.35, ratio=200)
    assert imbalance.solved[0] == 51  # 200 ** (1 / 1.35) = 50.6
    assert imbalance.priors.max() / imbalance.priors.min() == pytest.approx(200)


def test_exponential_and_step_profiles():
    assert Imbalance("exponential", classes=3, ratio=4).priors == pytest.approx(np.array([4, 2, 1]) / 7)
    assert Imbalance("step", classes=5, ratio=10).priors == pytest.approx(np.array([1, 1, 1, 0.1, 0.1]) / 3.2)


def test_given_proportions_are_the_profile():
    imbalance = Imbalance("given", proportions=(6, 3, 1))
    assert imbalance.priors == pytest.approx([0.6, 0.3, 0.1])
    assert imbalance.solved[0] == 3 and imbalance.solved[2] == 6


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"exponent": 1.0}, "takes two of zipf, classes and imbalance_ratio; it was given zipf"),
        ({"exponent": 1.0, "classes": 10, "ratio": 10.0}, "it was given zipf, classes, imbalance_ratio"),
        ({"shape": "step", "exponent": 1.0, "classes": 10}, "takes classes and imbalance_ratio"),
        ({"classes": 1, "ratio": 2.0}, "classes must be 2 or more, not 1"),
        ({"classes": 5, "ratio": 0.5}, "at least 1, not 0.5"),
        ({"exponent": -1.0, "classes": 5}, "at least 0, not -1.0"),
        ({"exponent": 0.0, "ratio": 5.0}, "set classes"),
        ({"shape": "given"}, "must be set for a given profile, and for no other"),
        ({"shape": "given", "proportions": (1.0, 2.0)}, "none larger than the one before"),
        (
            {"shape": "given", "proportions": (2.0, 1.0), "classes": 2},
            "proportions define the whole profile: zipf, classes and imbalance_ratio must be null",
        ),
        ({"shape": "cliff", "classes": 5, "ratio": 2.0}, "must be one of zipf, exponential, step, given, not 'cliff'"),
    ],
)
def test_what_contradicts_itself_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        Imbalance(**given)
