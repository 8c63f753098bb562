"""Calibration: the scale and the intercepts that give a world its priors and the requested Bayes AP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from longtail.datasets.base import DatasetError
from longtail.datasets.generator.bounds import macro
from longtail.datasets.generator.intercepts import fitted
from longtail.datasets.generator.label_noise import recorded
from longtail.datasets.generator.law import MANY, Law
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.sample import Sample, sample
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import BLOCK
from longtail.datasets.generator.threads import one_thread
from longtail.datasets.generator.world import world

SCALES = (0.02, 60.0)
CLOSE = 0.004
"""relative tolerance of the Bayes AP on the sample"""
CELLS = 80_000_000
"""limit on a sample's posterior, rows times classes"""
JUDGED = 400
"""limit on the classes in the mean of a sample's Bayes AP"""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Law with its Bayes AP and Bayes ROC AUC on the calibration sample."""

    law: Law
    bayes_ap: float
    bayes_auc: float


@lru_cache(maxsize=16)
def calibrated(spec: Spec) -> Calibrated:
    """Return the law of a spec, by root finding on a sample that the world fixes: the same in every process.

    Priors are met on training rows by true classes, the Bayes AP on test rows by the labels on which they are judged.
    The scale is found on a part of the sample and then refined on all of it. With many classes it is found on all of it
    at once, since the Bayes AP of rare classes depends on the number of rows. Raises DatasetError where no scale gives
    the Bayes AP.
    """
    if spec != spec.logged:
        # test rows of another policy are rows of the same world
        known = calibrated(spec.logged)
        return replace(known, law=replace(known.law, world=world(spec)))
    with one_thread():
        place, blocks = world(spec), _blocks(spec)
        whole = sample(place, blocks)
        tested = sample(place, blocks, late=True) if spec.moves else whole
        start = Law(place, 3.0, np.log(spec.priors[1:] if spec.binary else spec.priors))
        if len(spec.priors) > MANY:
            law = _root(whole, tested, start, np.log(2.0))
        else:
            part = whole.first(len(whole) // 4)
            law = _root(part, tested.first(len(tested) // 4) if spec.moves else part, start, np.log(2.0))
            law = _root(whole, tested, law, np.log(1.05))
        judged = _judged(tested, law)
    return Calibrated(law, macro("average_precision", judged), macro("roc_auc", judged))


def _blocks(spec: Spec) -> int:
    """Return the number of blocks of rows in a sample: fewer with many classes."""
    if spec.binary:
        return 32
    # with many classes as many rows as a test usually has
    return 12 if len(spec.priors) <= MANY else int(np.clip(CELLS / (BLOCK * len(spec.priors)), 2, 5))


def _judged(rows: Sample, law: Law) -> Floats:
    """Return P(label | visible) of the labels that judge test rows; of many classes only some, along the profile."""
    spec, posterior = rows.world.spec, rows.visible(law)
    if spec.label_noise and spec.test_labels == "noisy":
        posterior = recorded(spec, posterior)
    if posterior.shape[1] > JUDGED:
        posterior = posterior[:, np.linspace(0, posterior.shape[1] - 1, JUDGED).astype(int)]
    return posterior


def _root(rows: Sample, tested: Sample, law: Law, stride: float) -> Law:
    """Return the law with the spec's Bayes AP on `tested` and the spec's priors on `rows`.

    A bracket grows from the law's scale; the Illinois method (Dowell and Jarratt 1971) closes it.
    """

    def gap(place: float) -> float:
        nonlocal law
        law = fitted(rows, replace(law, scale=float(np.exp(place))))  # intercepts start where they were last
        return macro("average_precision", _judged(tested, law)) / rows.world.spec.bayes_ap - 1

    far = float(np.log(law.scale))
    at_far = gap(far)
    stride = -stride if at_far > 0 else stride
    near, at_near = far, at_far
    while at_near * at_far > 0 and abs(at_near) > CLOSE:
        step = stride if near == far or len(law.intercepts) <= MANY else _ahead((far, at_far), (near, at_near), stride)
        far, at_far = near, at_near
        near = near + step
        if not SCALES[0] <= np.exp(near) <= SCALES[1]:
            raise _out_of_reach(rows.world.spec, at_near)
        at_near = gap(near)
    _close_in(gap, (far, at_far), (near, at_near))
    return law


def _ahead(far: tuple[float, float], near: tuple[float, float], stride: float) -> float:
    """Return a step a little beyond the zero of the line through two gaps: with many classes large scales take long."""
    guess = 1.3 * near[1] * (far[0] - near[0]) / (near[1] - far[1])
    return float(np.sign(stride) * np.clip(guess * np.sign(stride), abs(stride) / 20, abs(stride)))


def _close_in(gap: Callable[[float], float], far: tuple[float, float], near: tuple[float, float]) -> None:
    """Narrow a bracket until the gap at the last place evaluated is small."""
    while abs(near[1]) > CLOSE:
        place = near[0] - near[1] * (near[0] - far[0]) / (near[1] - far[1])
        value = gap(place)
        # the gap at a kept end is halved, else the end would be kept forever
        far = near if value * near[1] < 0 else (far[0], far[1] / 2)
        near = (place, value)
        if abs(near[0] - far[0]) < 1e-9:
            break


def _out_of_reach(spec: Spec, gap: float) -> DatasetError:
    side, met = "least" if gap > 0 else "most", spec.bayes_ap * (1 + gap)
    return DatasetError(
        f"a Bayes AP of {spec.bayes_ap} can't be reached with the other knobs as they are: the {side} is {met:.3f}; "
        f"change bayes_ap, or heterogeneity ({spec.heterogeneity}){' or label_noise' * bool(spec.label_noise)}, "
        "which hides part of the signal"
    )
