"""Posteriors of many classes, for the rows that are asked for."""

import numpy as np
import pytest

from longtail.datasets.generator.log import blocks, joined, probabilities
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.source import GeneratedItems


class Wares(GeneratedItems):
    name = "wares"


SOURCE = Wares(
    classes=120, bayes_ap=0.2, rows=3_000, test_rows=3_000, label_noise=0.2, test_labels="clean", popularity_drift=1.0
)
SEED = np.random.SeedSequence(4)


@pytest.fixture(scope="module")
def data():
    return SOURCE.load(SEED)


@pytest.fixture(scope="module")
def log():
    return joined(list(blocks(SOURCE.spec, SEED, Window(3_000, 3_000))))


@pytest.mark.parametrize(
    ("field", "part"),
    [
        ("posterior", "visible"),
        ("full_posterior", "full"),
        ("frozen_posterior", "frozen"),
        ("clean_posterior", "clean"),
    ],
)
def test_they_are_what_the_log_has(data, log, field, part):
    posterior, expected = getattr(data, field), probabilities(getattr(log, part))
    assert posterior.shape == expected.shape == (6_000, 120)
    assert np.asarray(posterior) == pytest.approx(expected, abs=1e-6)
    some = np.array([5_999, 3, 2_999, 3_000, 3])
    assert posterior[some] == pytest.approx(expected[some], abs=1e-6)
    assert posterior[some].dtype == np.float32


def test_a_row_is_the_same_whoever_is_asked_for_beside_it(data):
    whole, mask = np.asarray(data.posterior), np.arange(6_000) % 7 == 0
    assert np.array_equal(data.posterior[mask], whole[mask])
    assert np.array_equal(data.posterior[17], whole[17])
    assert np.array_equal(data.posterior[5_000:], whole[5_000:])


def test_labels_are_the_same_without_posteriors(data, log):
    assert np.array_equal(data.y, log.y) and np.array_equal(data.clean_y, log.clean_y)
    lean = joined(list(blocks(SOURCE.spec, SEED, Window(3_000, 3_000), posteriors=False)))
    assert lean.visible.shape == (0, 120) and np.array_equal(lean.y, log.y)


def test_priors_of_many_classes_are_met_in_the_mean():
    spec = Wares(classes=400, bayes_ap=0.2).spec
    law = calibrated(spec).law
    mean = joined(list(blocks(spec, np.random.SeedSequence(7), Window(40_960, 0), law=law))).visible.mean(0)
    ranges = np.array_split(mean / spec.priors, 8)
    assert [part.mean() for part in ranges] == pytest.approx(np.ones(8), abs=0.12)
    assert mean[:4] == pytest.approx(spec.priors[:4], rel=0.1)
