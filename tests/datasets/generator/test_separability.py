"""Priors and Bayes AP are what was asked for."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.cat50 import Cat50
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generated.ctr_strong import CtrStrong
from longtail.datasets.generator.bounds import macro
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.log import blocks, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated

SPECS = {
    "ctr": Ctr().spec,
    "ctr at 5 %": Ctr(rate=0.05, bayes_ap=0.3).spec,
    "ctr-strong": CtrStrong().spec,
    "cat10": Cat10().spec,
    "cat10 at ratio 20": replace(Cat10().spec, imbalance=Imbalance("exponential", classes=10, ratio=20)),
    "cat50": Cat50().spec,
    "types matter": Cat10(heterogeneity=0.8, bayes_ap=0.5).spec,
    "noise": Cat10(label_noise=0.1, bayes_ap=0.56).spec,
    "noisy clicks": Ctr(rate=0.02, label_noise=0.1, bayes_ap=0.37).spec,
}


@pytest.mark.parametrize("name", SPECS)
def test_fresh_rows_have_the_bayes_ap_and_the_priors_asked_for(name):
    spec = SPECS[name]
    rows = 400_000 if spec.binary else 60_000
    parts = blocks(spec, np.random.SeedSequence(99), Window(rows, 0))
    visible = joined([replace_drawn(part) for part in parts]).visible
    assert macro("average_precision", visible) == pytest.approx(spec.bayes_ap, abs=0.02)
    wanted = spec.priors[1:] if spec.binary else spec.priors
    # as far as the sample that intercepts were fitted on, and this one, can tell
    spread = visible.std(0) * np.sqrt(1 / rows + 1 / (131_072 if spec.binary else 49_152))
    assert (np.abs(visible.mean(0, dtype=np.float64) - wanted) < 4.5 * spread + 0.002 * wanted).all()


def test_with_drift_the_bayes_ap_is_that_of_test_rows_and_priors_are_those_of_training_rows():
    spec = Cat10(bayes_ap=0.53, taste_drift=0.6, popularity_drift=0.6).spec
    parts = list(blocks(spec, np.random.SeedSequence(99), Window(40_960, 40_960)))
    visible = joined([replace_drawn(part) for part in parts]).visible
    assert macro("average_precision", visible[40_960:]) == pytest.approx(0.53, abs=0.02)
    assert visible[:40_960].mean(0)[:4] == pytest.approx(spec.priors[:4], rel=0.05)
    assert np.abs(visible[40_960:].mean(0) / spec.priors - 1).max() > 0.2


@pytest.mark.parametrize("source", [Cat10(), Cat50()], ids=lambda source: source.name)
def test_labels_have_the_imbalance_ratio_asked_for(source):
    counts = np.zeros(source.size()[1])
    for part in blocks(source.spec, np.random.SeedSequence(3), Window(200_000, 0)):
        counts += np.bincount(part.y, minlength=len(counts))
    tail = len(counts) // 10
    wanted = source.spec.priors
    assert counts[:tail].sum() / counts[-tail:].sum() == pytest.approx(
        wanted[:tail].sum() / wanted[-tail:].sum(), rel=0.1
    )


def test_an_extreme_world_is_refused_rather_than_calibrated_to_nothing():
    with pytest.raises(DatasetError, match="the most is"):
        calibrated(Cat10(interactions=0.0, heterogeneity=4.0, bayes_ap=0.66).spec)


def replace_drawn(part):
    """A block without the features, so that many rows fit."""
    return replace(part, drawn=part.drawn.cut(slice(0, 0)))


def test_a_stronger_imbalance_is_calibrated_again():
    mild, steep = SPECS["cat10 at ratio 20"], SPECS["cat10"]
    assert abs(calibrated(mild).law.scale / calibrated(steep).law.scale - 1) > 0.02


@pytest.mark.parametrize(("asked", "words"), [(0.011, "the least is"), (0.999, "the most is")])
def test_what_no_scale_gives_is_refused_with_what_can_be_had(asked, words):
    with pytest.raises(DatasetError, match=words):
        calibrated(Ctr(bayes_ap=asked).spec)
