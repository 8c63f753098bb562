"""Finds the scale and the intercepts with which a world has its priors and the Bayes AP that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from longtail.datasets.base import DatasetError
from longtail.datasets.generator.intercepts import fitted
from longtail.datasets.generator.law import Law
from longtail.datasets.generator.limits import macro
from longtail.datasets.generator.sample import Sample, sample
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.threads import one_thread
from longtail.datasets.generator.world import world

SCALES = (0.02, 60.0)
CLOSE = 0.004
"""Bayes AP comes this near to what was asked for, relatively, on the sample"""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A law with what it gives on the calibration sample."""

    law: Law
    bayes_ap: float
    bayes_auc: float


@lru_cache(maxsize=16)
def calibrated(spec: Spec) -> Calibrated:
    """The law of a spec, by root finding on a sample that the world fixes: the same in every process.

    The scale is found on a part of the sample, and from there on the whole of it. Raises DatasetError where no scale
    gives the Bayes AP.
    """
    with one_thread():
        whole = sample(world(spec), 32 if spec.binary else 12)
        start = Law(whole.world, 3.0, np.log(spec.priors[1:] if spec.binary else spec.priors))
        law = _root(whole.first(len(whole) // 4), start, np.log(2.0))
        law = _root(whole, law, np.log(1.05))
        visible = whole.visible(law)
    return Calibrated(law, macro("average_precision", visible), macro("roc_auc", visible))


def _root(rows: Sample, law: Law, stride: float) -> Law:
    """The law whose Bayes AP is the spec's, found on these rows.

    A bracket grows from the law's scale; the Illinois method (Dowell and Jarratt 1971) closes it.
    """

    def gap(place: float) -> float:
        nonlocal law
        law = fitted(rows, replace(law, scale=float(np.exp(place))))  # intercepts start where they were last
        return macro("average_precision", rows.visible(law)) / rows.world.spec.bayes_ap - 1

    far = float(np.log(law.scale))
    at_far = gap(far)
    stride = -stride if at_far > 0 else stride
    near, at_near = far, at_far
    while at_near * at_far > 0 and abs(at_near) > CLOSE:
        far, at_far = near, at_near
        near = near + stride
        if not SCALES[0] <= np.exp(near) <= SCALES[1]:
            raise _out_of_reach(rows.world.spec, at_near)
        at_near = gap(near)
    _close_in(gap, (far, at_far), (near, at_near))
    return law


def _close_in(gap: Callable[[float], float], far: tuple[float, float], near: tuple[float, float]) -> None:
    """Narrow a bracket until the gap at the last place looked at is small."""
    while abs(near[1]) > CLOSE:
        place = near[0] - near[1] * (near[0] - far[0]) / (near[1] - far[1])
        value = gap(place)
        # a kept end counts half, else it would be kept for ever
        far = near if value * near[1] < 0 else (far[0], far[1] / 2)
        near = (place, value)
        if abs(near[0] - far[0]) < 1e-9:
            break


def _out_of_reach(spec: Spec, gap: float) -> DatasetError:
    side, met = "least" if gap > 0 else "most", spec.bayes_ap * (1 + gap)
    return DatasetError(
        f"a Bayes AP of {spec.bayes_ap} can't be had with the other knobs as they are: the {side} is {met:.3f}; change "
        f"bayes_ap, or heterogeneity ({spec.heterogeneity}), which hides part of the signal"
    )
