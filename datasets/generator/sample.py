"""The rows on which a world is calibrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.datasets.generator.law import Law
from longtail.datasets.generator.numbers import Floats
from longtail.datasets.generator.rows import Drawn, Window, draw_block
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.world import WORLDS, World


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows without classes, and their scores (n, K) under the world's weights."""

    world: World
    rows: Drawn
    scores: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def first(self, count: int) -> Sample:
        """The first rows."""
        return Sample(self.world, self.rows.cut(slice(count)), self.scores[:count])

    def visible(self, law: Law) -> Floats:
        """P(y | visible) (n, K), for clicks (n, 1)."""
        if self.world.spec.binary:
            by_type = law.clicked(self.scores, self.rows)
            return np.asarray((by_type * self.rows.chances).sum(1, keepdims=True), np.float32)
        return law.visible(self.scores, self.rows.chances)


def sample(place: World, blocks: int) -> Sample:
    """Rows that the world fixes, apart from those of any seed."""
    streams = Streams(np.random.SeedSequence(place.spec.world, spawn_key=(WORLDS, 1)))
    window = Window(blocks * BLOCK, 0)
    rows = Drawn.joined([draw_block(place, streams, window, block) for block in range(blocks)])
    return Sample(place, rows, np.asarray(rows.signals @ place.weights, np.float32))
