"""Popularity and taste over the days of a log: drift, which is permanent, and weekly cycles, which repeat.

Nothing changes within a day. From the first row to the last, drift turns directions by `taste_drift` quarter turns and
moves log popularity by `popularity_drift` standard deviations, linearly in time. The mean log popularity over the
training days is that without drift, so that training rows have the requested priors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams

WEEK = 7


@dataclass(frozen=True, eq=False)
class Course:
    """Changes by day: the `angle` (days,) by which directions have turned, the `shift` (days, m) of log popularity.

    The m things with a popularity are classes, or items that are shown. A field is None where nothing changes.
    """

    angle: Doubles | None
    shift: Doubles | None


def course(spec: Spec, streams: Streams, seasons: NDArray[np.int32], *, frozen: bool = False) -> Course:
    """Return the course of m things, each with the season of its kind in `seasons` (m,).

    With `frozen` the course is as if drift had stopped on the last training day; weekly cycles go on.
    """
    day = np.arange(WEEK * (spec.weeks + spec.test_weeks))
    training = WEEK * spec.weeks
    line = (day + 0.5) / len(day)
    if frozen:
        line = np.minimum(line, line[training - 1])
    shift = None
    if spec.popularity_drift:
        way = streams.at("popularity drift").standard_normal(len(seasons))
        shift = spec.popularity_drift * (line - line[:training].mean())[:, None] * way
    if spec.seasonality:
        phase = streams.at("season").random(int(seasons.max()) + 1)[seasons]
        swing = spec.seasonality * np.sin(2 * np.pi * ((day % WEEK)[:, None] / WEEK + phase))
        shift = swing if shift is None else shift + swing
    return Course(np.pi / 2 * spec.taste_drift * line if spec.taste_drift else None, shift)
