"""Scenarios as datasets."""

import numpy as np
import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.registry import source_named
from longtail.datasets.generator.vocabulary.scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_a_dataset_with_its_classes_and_proportions(name):
    source = source_named(name)
    assert source.scenario == name
    assert source.spec.priors.tolist() == pytest.approx(list(SCENARIOS[name].proportions))
    title, row, label = source.story
    assert title and row.startswith("one ") and SCENARIOS[name].why in label


def test_names_of_a_scenario_stand_in_its_rows():
    dataset = source_named("medical-diagnosis(rows=2000, test_rows=1000)").load(np.random.SeedSequence(0))
    assert dataset.classes[:2] == ("melanocytic naevus", "melanoma")
    assert (dataset.y == 0).mean() == pytest.approx(0.67, abs=0.05)
    assert {"asymmetry", "body_site", "patient"} <= set(dataset.X)
    assert not {"price", "brand", "device", "user"} & set(dataset.X)
    assert set(dataset.X["skin_type"].cat.categories) == {"I", "II", "III", "IV", "V", "VI"}
    assert "vessels" in {text.split()[1] for text in dataset.X["finding"].cat.categories}


def test_another_profile_takes_the_place_of_the_proportions():
    source = source_named("smart-home(shape=zipf, zipf=1.0, classes=10)")
    priors = source.spec.priors
    assert len(priors) == 10 and priors[0] / priors[-1] == pytest.approx(10)


def test_words_that_contradict_each_other_are_refused():
    with pytest.raises(ConfigurationError, match="proportions define the whole profile"):
        source_named("smart-home(classes=10)")
