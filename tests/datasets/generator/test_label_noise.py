"""Labels as they are recorded."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.label_noise import recorded, recorded_labels, recorded_priors
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams

SPEC = Spec("category", imbalance=Imbalance("given", proportions=(6, 3, 1)), label_noise=0.2)
STREAMS = Streams(np.random.SeedSequence(0))


def test_probabilities_by_hand():
    clean = np.array([[0.5, 0.3, 0.2]], np.float32)
    assert recorded(SPEC, clean) == pytest.approx(np.array([[0.4 + 0.12, 0.24 + 0.06, 0.16 + 0.02]]))
    third = 0.2 / 3
    assert recorded(replace(SPEC, noise="uniform"), clean) == pytest.approx(
        np.array([[0.4 + third, 0.24 + third, 0.16 + third]])
    )
    clicks = Spec("click", rate=0.02, label_noise=0.1)
    assert recorded(clicks, np.array([[0.5]], np.float32)) == pytest.approx(0.45 + 0.002)
    assert recorded(replace(clicks, noise="uniform"), np.array([[0.5]], np.float32)) == pytest.approx(0.5)


def test_noise_towards_the_head_leaves_priors_and_uniform_noise_flattens_them():
    assert recorded_priors(SPEC) == pytest.approx([0.6, 0.3, 0.1])
    assert recorded_priors(replace(SPEC, noise="uniform")) == pytest.approx(0.8 * np.array([0.6, 0.3, 0.1]) + 0.2 / 3)


@pytest.mark.parametrize("noise", ["head", "uniform"])
@pytest.mark.parametrize("true", [0, 2])
def test_labels_are_wrong_as_often_as_the_probabilities_say(noise, true):
    spec = replace(SPEC, noise=noise)
    y = np.full(200_000, true, np.int32)
    found = np.bincount(recorded_labels(spec, STREAMS, 0, y), minlength=3) / len(y)
    assert found == pytest.approx(recorded(spec, np.eye(3, dtype=np.float32)[[true]])[0], abs=0.005)


def test_a_dataset_keeps_the_truth_beside_what_is_recorded():
    data = Cat10(label_noise=0.2, bayes_ap=0.4, noise="uniform").load(np.random.SeedSequence(2))
    wrong = data.y != data.clean_y
    assert wrong.mean() == pytest.approx(0.2 * 0.9, abs=0.01)
    assert data.posterior == pytest.approx(0.8 * data.clean_posterior + 0.02, abs=1e-6)
    assert data.priors == pytest.approx(0.8 * Cat10().spec.priors + 0.02)
    plain = Cat10().load(np.random.SeedSequence(2))
    assert plain.clean_y is None and plain.clean_posterior is None


def test_clean_test_labels_leave_the_law_alone_and_training_labels_noisy():
    seed = np.random.SeedSequence(2)
    plain, data = Cat10().load(seed), Cat10(label_noise=0.2, test_labels="clean").load(seed)
    assert np.array_equal(data.clean_y, plain.y) and np.array_equal(data.clean_posterior, plain.posterior)
    assert np.array_equal(data.y[10_000:], plain.y[10_000:])
    assert np.array_equal(data.posterior[10_000:], plain.posterior[10_000:])
    assert (data.y[:10_000] != plain.y[:10_000]).mean() > 0.1
    assert np.abs(data.posterior[:10_000] - plain.posterior[:10_000]).mean() > 0.01
    assert data.X.equals(plain.X)


def test_noise_on_clicks_towards_no_click_keeps_the_rate():
    data = Ctr(rate=0.05, label_noise=0.5, bayes_ap=0.1).load(np.random.SeedSequence(3))
    assert data.y.mean() == pytest.approx(0.05, abs=0.005)
    assert data.y[data.clean_y == 1].mean() == pytest.approx(0.5 + 0.5 * 0.05, abs=0.04)
