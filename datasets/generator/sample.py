"""Rows on which a world is calibrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.datasets.generator.law import MANY, Law
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.rows import Drawn, Window, draw_block
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.world import WORLDS, World


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows without classes, and their scores (n, K) under the world's weights; None with many classes."""

    world: World
    rows: Drawn
    scores: Floats | None

    def __len__(self) -> int:
        return len(self.rows)

    def first(self, count: int) -> Sample:
        """Return `count` rows: the first ones, or evenly from all days where the day matters."""
        step = len(self) // count if self.world.spec.moves else 1
        at = slice(0, count * step, step)
        return Sample(self.world, self.rows.cut(at), None if self.scores is None else self.scores[at])

    def visible(self, law: Law) -> Floats:
        """Return P(y | visible) (n, K), for clicks (n, 1)."""
        return law.visible(self.rows, scores=self.scores)


def sample(place: World, blocks: int, late: bool = False) -> Sample:
    """Draw rows that the world fixes, independent of any seed; training rows or, if `late`, test rows."""
    streams = Streams(np.random.SeedSequence(place.spec.world, spawn_key=(WORLDS, 2 if late else 1)))
    window = Window(0, blocks * BLOCK) if late else Window(blocks * BLOCK, 0)
    rows = Drawn.joined([draw_block(place, streams, window, block) for block in range(blocks)])
    scores = None
    if place.weights.shape[1] <= MANY:
        scores = Law(place, 1.0, np.zeros(place.weights.shape[1])).scores(rows)
    return Sample(place, rows, scores)
