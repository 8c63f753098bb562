"""Exact P(y | x), given the columns that a model sees and given everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.course import Course
from longtail.datasets.generator.mixture import Mixture
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes, Drawn
from longtail.datasets.generator.world import World

MANY = 100
"""number of classes above which rows are processed in slices, and posteriors of whole logs are not kept"""
SLICE = 512


@dataclass(frozen=True, eq=False)
class Law:
    """Strength of the signals (`scale`) and the `intercepts` (K,), for clicks (1,), that give the priors.

    All of it refers to true classes; `label_noise.py` models how labels are recorded.
    """

    world: World
    scale: float
    intercepts: Doubles

    def scores(self, drawn: Drawn, course: Course | None = None) -> Floats:
        """Return visible log-odds (n, K), for clicks (n, 1), before scale and intercept.

        The default of `course` is that of the world.
        """
        world, course = self.world, course or self.world.course
        scores = drawn.signals @ world.weights
        if world.turned is not None and course.angle is not None:
            angle = course.angle[drawn.day].astype(np.float32)[:, None]
            scores = np.cos(angle) * scores + np.sin(angle) * (drawn.signals @ world.turned[0])
        return np.asarray(scores, np.float32)

    def posteriors(self, drawn: Drawn) -> tuple[Floats, Floats]:
        """Return P(y | visible) and P(y | everything), each (n, K); for clicks P(click | .), each (n, 1)."""
        if len(self.intercepts) > MANY and len(drawn) > SLICE:
            slices = [self.posteriors(part) for part in _slices(drawn)]
            return np.concatenate([one for one, _ in slices]), np.concatenate([other for _, other in slices])
        scores = self.scores(drawn)
        if self.world.spec.binary:
            by_type = self.clicked(scores, drawn)
            visible = (by_type * drawn.chances).sum(1, keepdims=True)
            return visible, np.take_along_axis(by_type, drawn.types[:, None].astype(np.int64), 1)
        parts = [
            mixture.both(self._logits(scores[at]), drawn.chances[at], drawn.types[at])
            for at, mixture in self._days(drawn.day, self.world.course)
        ]
        visible, full = (_whole(list(side)) for side in zip(*parts, strict=True))
        return visible, full

    def visible(self, drawn: Drawn, course: Course | None = None, scores: Floats | None = None) -> Floats:
        """Return P(y | visible) (n, K), for clicks (n, 1); `scores` are those of `drawn` on the course, if known."""
        if len(self.intercepts) > MANY and len(drawn) > SLICE:
            posterior = np.empty((len(drawn), len(self.intercepts)), np.float32)
            for number, part in enumerate(_slices(drawn)):
                posterior[number * SLICE : (number + 1) * SLICE] = self.visible(part, course)
            return posterior
        course = course or self.world.course
        scores = self.scores(drawn, course) if scores is None else scores
        if self.world.spec.binary:
            by_type = self.clicked(scores, drawn, course)
            return np.asarray((by_type * drawn.chances).sum(1, keepdims=True), np.float32)
        return _whole(
            [
                mixture.visible(self._logits(scores[at]), drawn.chances[at])
                for at, mixture in self._days(drawn.day, course)
            ]
        )

    def clicked(self, scores: Floats, drawn: Drawn, course: Course | None = None) -> Floats:
        """Return P(click | visible, type) (n, types) of a click world: the chance of examination times the interest."""
        return np.asarray(drawn.examined[:, None] / self._against(scores, drawn, course), np.float32)

    def interest(self, scores: Floats, drawn: Drawn, course: Course | None = None) -> Floats:
        """Return P(click | examined, visible, type) (n, types) of a click world: without the bias of examination."""
        return np.asarray(1 / self._against(scores, drawn, course), np.float32)

    def _against(self, scores: Floats, drawn: Drawn, course: Course | None) -> Floats:
        world, course = self.world, course or self.world.course
        category = drawn.codes["category"]
        taste = world.taste[:, category].T
        if world.turned is not None and course.angle is not None:
            angle = course.angle[drawn.day].astype(np.float32)[:, None]
            taste = np.asarray(np.cos(angle) * taste + np.sin(angle) * world.turned[1][:, category].T, np.float32)
        logits = np.float32(self.scale) * (scores + taste * np.float32(world.spec.heterogeneity))
        logits += np.float32(self.intercepts[0])
        # a chance below e^-80 is negligible, and its inverse may overflow single precision
        return np.asarray(1 + np.exp(-np.maximum(logits, np.float32(-80))), np.float32)

    def _logits(self, scores: Floats) -> Floats:
        return np.asarray(scores * np.float32(self.scale), np.float32)

    def _days(self, day: Codes, course: Course) -> Iterator[tuple[slice, Mixture]]:
        """Yield slices of consecutive rows with the mixture that holds for them; one slice where nothing changes."""
        if course.angle is None and course.shift is None:
            yield slice(None), self._mixture(self.world.taste.astype(np.float64), self.intercepts)
            return
        edges = np.flatnonzero(np.diff(day, prepend=-1, append=-1))
        for start, stop in pairwise(edges):
            today = int(day[start])
            taste: Doubles = self.world.taste.astype(np.float64)
            if self.world.turned is not None and course.angle is not None:
                angle = course.angle[today]
                taste = np.cos(angle) * taste + np.sin(angle) * self.world.turned[1]
            moved = self.intercepts if course.shift is None else self.intercepts + course.shift[today]
            yield slice(int(start), int(stop)), self._mixture(taste, moved)

    def _mixture(self, taste: Doubles, intercepts: Doubles) -> Mixture:
        return Mixture(self.scale * self.world.spec.heterogeneity * taste + intercepts - intercepts.max())


def _slices(drawn: Drawn) -> Iterator[Drawn]:
    return (drawn.cut(slice(start, start + SLICE)) for start in range(0, len(drawn), SLICE))


def _whole(parts: list[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def labels(full: Floats, uniform: Doubles) -> Codes:
    """Draw classes (n,) from P(y | everything) (n, K), for clicks P(click) (n, 1), by one uniform number each."""
    if full.shape[1] == 1:
        return (uniform < full[:, 0]).astype(np.int32)
    if full.shape[1] > MANY:
        # the rarest of thousands of classes are below the resolution of single precision near 1
        climbed = np.cumsum(full, axis=1, dtype=np.float64)
        return np.asarray((climbed > (uniform * climbed[:, -1])[:, None]).argmax(1), np.int32)
    reached = np.cumsum(full, axis=1)
    below: NDArray[np.bool_] = reached > (uniform.astype(np.float32) * reached[:, -1])[:, None]
    return np.asarray(below.argmax(1), np.int32)
