"""The log of a world: rows with classes and posteriors, chunk by chunk or whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.datasets.generator.calibration import calibrated
from longtail.datasets.generator.law import labels
from longtail.datasets.generator.numbers import Floats
from longtail.datasets.generator.rows import Codes, Drawn, Window, draw_block
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.threads import one_thread


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive rows: `drawn` (n), `y` (n,), `visible` and `full` posteriors (n, K), for clicks P(click) (n, 1)."""

    drawn: Drawn
    y: Codes
    visible: Floats
    full: Floats

    def __len__(self) -> int:
        return len(self.y)


def blocks(spec: Spec, seed: np.random.SeedSequence, window: Window, first: int = 0) -> Iterator[Chunk]:
    """The rows of the window in blocks of 4,096, from one of them on; any block can be had without those before it."""
    law, streams = calibrated(spec).law, Streams(seed)
    for block in range(first, -(-len(window) // BLOCK)):
        with one_thread():
            drawn = draw_block(law.world, streams, window, block)
            visible, full = law.posteriors(drawn)
        y = labels(full, streams.at("label", block).random(BLOCK))
        chunk = Chunk(drawn, y, visible, full)
        yield chunk if (block + 1) * BLOCK <= len(window) else cut(chunk, 0, len(window) - block * BLOCK)


def chunks(spec: Spec, seed: np.random.SeedSequence, window: Window, rows: int) -> Iterator[Chunk]:
    """The same rows in chunks of any size, with the same bytes."""
    held: list[Chunk] = []
    for block in blocks(spec, seed, window):
        held.append(block)
        while sum(map(len, held)) >= rows:
            whole = joined(held)
            yield cut(whole, 0, rows)
            held = [cut(whole, rows, len(whole))]
    if held and len(whole := joined(held)):
        yield whole


def cut(chunk: Chunk, start: int, stop: int) -> Chunk:
    """Some of the rows."""
    at = slice(start, stop)
    return Chunk(chunk.drawn.cut(at), chunk.y[at], chunk.visible[at], chunk.full[at])


def joined(parts: list[Chunk]) -> Chunk:
    """Chunks one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Chunk(
        Drawn.joined([part.drawn for part in parts]),
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("y", "visible", "full")),
    )


def frame(spec: Spec, drawn: Drawn) -> pd.DataFrame:
    """The columns that a model sees: numbers, categories, and users by name."""
    place = calibrated(spec).law.world
    columns: dict[str, Any] = dict(drawn.numbers)
    for label in place.labels:
        columns[label.name] = pd.Categorical.from_codes(drawn.codes[label.name], pd.Index(label.values))
    seen, codes = np.unique(drawn.users, return_inverse=True)
    width = len(str(place.people.known.count + place.people.later.count))
    columns["user"] = pd.Categorical.from_codes(codes, pd.Index([f"u{user:0{width}d}" for user in seen]))
    return pd.DataFrame(columns, copy=False)


def probabilities(part: Floats) -> NDArray[np.float64]:
    """A posterior whose rows sum to 1, (n, K), from P(click) (n, 1) or from P(class) (n, K)."""
    whole = part.astype(np.float64)
    if whole.shape[1] == 1:
        return np.concatenate([1 - whole, whole], axis=1)
    return np.asarray(whole / whole.sum(1, keepdims=True), np.float64)
