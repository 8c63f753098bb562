"""Priors and Bayes AP are what was asked for."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.cat10 import Cat10
from longtail.datasets.cat50 import Cat50
from longtail.datasets.ctr import Ctr
from longtail.datasets.ctr_strong import CtrStrong
from longtail.datasets.generator.calibration import calibrated
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.limits import macro
from longtail.datasets.generator.log import blocks, joined
from longtail.datasets.generator.rows import Window

SPECS = {
    "ctr": Ctr().spec,
    "ctr at 5 %": Ctr(rate=0.05, bayes_ap=0.3).spec,
    "ctr-strong": CtrStrong().spec,
    "cat10": Cat10().spec,
    "cat10 at ratio 20": replace(Cat10().spec, imbalance=Imbalance("exponential", classes=10, ratio=20)),
    "cat50": Cat50().spec,
    "types matter": Cat10(heterogeneity=0.8, bayes_ap=0.5).spec,
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
