"""Log of a world: rows with classes and posteriors, in chunks or as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.datasets.generator import names
from longtail.datasets.generator.label_noise import as_recorded, recorded_labels
from longtail.datasets.generator.law import SLICE, Law, labels
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.rows import Codes, Drawn, Window, draw_block
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.threads import one_thread

PARTS = ("y", "clean_y", "visible", "full", "clean", "frozen")


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive rows: `drawn` (n), labels (n,) and posteriors (n, K), for clicks P(click) (n, 1).

    `y` are recorded labels, or true ones for test rows that are judged by them. `visible` and `full` are posteriors of
    `y`, given what a model sees and given everything. `clean_y` and `clean` refer to the true class; `frozen` is
    `visible` as if drift had stopped with the last training day. Fields with the same values share one array. Without
    posteriors these fields have no rows.
    """

    drawn: Drawn
    y: Codes
    clean_y: Codes
    visible: Floats
    full: Floats
    clean: Floats
    frozen: Floats

    def __len__(self) -> int:
        return len(self.y)


def blocks(
    spec: Spec,
    seed: np.random.SeedSequence,
    window: Window,
    first: int = 0,
    *,
    posteriors: bool = True,
    law: Law | None = None,
) -> Iterator[Chunk]:
    """Yield the rows of the window in blocks of 4,096, from block `first` on; no block depends on those before it.

    Without `posteriors` this takes little more memory than features need, however many classes there are. Another `law`
    than the spec's own is for the same world under another policy.
    """
    law, streams = law or calibrated(spec).law, Streams(seed)
    for block in range(first, -(-len(window) // BLOCK)):
        with one_thread():
            drawn = draw_block(law.world, streams, window, block)
            chunk = (
                _labelled(law, streams, window, block, drawn)
                if posteriors
                else _lean(law, streams, window, block, drawn)
            )
        yield chunk if (block + 1) * BLOCK <= len(window) else cut(chunk, 0, len(window) - block * BLOCK)


def _labelled(law: Law, streams: Streams, window: Window, block: int, drawn: Drawn) -> Chunk:
    """Return a block with its posteriors."""
    visible, full = law.posteriors(drawn)
    y, clean_y = _labels(law, streams, window, block, labels(full, streams.at("label", block).random(BLOCK)))
    frozen = visible if law.world.frozen is None else law.visible(drawn, law.world.frozen)
    clean = visible
    if law.world.spec.label_noise:
        noisy = noisy_rows(law.world.spec, window, block)
        unmoved = frozen is visible
        visible, full = as_recorded(law.world.spec, visible, noisy), as_recorded(law.world.spec, full, noisy)
        frozen = visible if unmoved else as_recorded(law.world.spec, frozen, noisy)
    return Chunk(drawn, y, clean_y, visible, full, clean, frozen)


def _lean(law: Law, streams: Streams, window: Window, block: int, drawn: Drawn) -> Chunk:
    """Return a block without posteriors; its labels are drawn a slice at a time."""
    uniform = streams.at("label", block).random(BLOCK)
    parts = [slice(start, start + SLICE) for start in range(0, BLOCK, SLICE)]
    true = np.concatenate([labels(law.posteriors(drawn.cut(at))[1], uniform[at]) for at in parts])
    none = np.empty((0, law.world.weights.shape[1]), np.float32)
    return Chunk(drawn, *_labels(law, streams, window, block, true), none, none, none, none)


def _labels(law: Law, streams: Streams, window: Window, block: int, true: Codes) -> tuple[Codes, Codes]:
    """Return the labels to judge by, and the true ones, (n,) each."""
    spec = law.world.spec
    if not spec.label_noise:
        return true, true
    return np.where(noisy_rows(spec, window, block), recorded_labels(spec, streams, block, true), true), true


def noisy_rows(spec: Spec, window: Window, block: int) -> NDArray[np.bool_]:
    """Return a mask of the rows of a block whose labels are as recorded: all rows, or the training rows."""
    early = np.arange(block * BLOCK, (block + 1) * BLOCK) < window.rows
    return np.asarray(early | (spec.test_labels == "noisy"))


def chunks(spec: Spec, seed: np.random.SeedSequence, window: Window, rows: int) -> Iterator[Chunk]:
    """Yield the rows of the window in chunks of any size, with the same bytes as `blocks`."""
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
    """Return some of the rows."""
    at = slice(start, stop)
    return _mapped([chunk], chunk.drawn.cut(at), lambda arrays: arrays[0][at])


def joined(parts: list[Chunk]) -> Chunk:
    """Concatenate chunks."""
    if len(parts) == 1:
        return parts[0]
    return _mapped(parts, Drawn.joined([part.drawn for part in parts]), np.concatenate)


def _mapped(parts: list[Chunk], drawn: Drawn, make: Callable[[list[Any]], Any]) -> Chunk:
    """Make labels and posteriors from those of the parts; fields that shared one array still do."""
    made: dict[tuple[int, ...], Any] = {}
    values = []
    for name in PARTS:
        arrays = [getattr(part, name) for part in parts]
        key = tuple(map(id, arrays))
        if key not in made:
            made[key] = make(arrays)
        values.append(made[key])
    return Chunk(drawn, *values)


def frame(spec: Spec, drawn: Drawn) -> pd.DataFrame:
    """Return the columns that a model sees, named as in the scenario: numbers, categories, and users by name."""
    place = calibrated(spec).law.world
    columns: dict[str, Any] = dict(drawn.numbers)
    for label in place.labels:
        columns[label.name] = pd.Categorical.from_codes(drawn.codes[label.name], pd.Index(label.values))
    columns["user"] = _named("u", drawn.users, len(str(place.people.known.count + place.people.later.count)))
    if spec.session_rows > 1:
        columns["session"] = _named("s", drawn.sessions, 9)
    called = names.columns(spec.scenario)
    return pd.DataFrame({called.get(name, name): values for name, values in columns.items()}, copy=False)


def _named(letter: str, numbers: NDArray[np.integer], width: int) -> Any:
    """Return ids as categories: a letter and a number."""
    seen, codes = np.unique(numbers, return_inverse=True)
    return pd.Categorical.from_codes(codes, pd.Index([f"{letter}{number:0{width}d}" for number in seen]))


def probabilities(part: Floats) -> NDArray[np.float64]:
    """Return a posterior whose rows sum to 1, (n, K), from P(click) (n, 1) or from P(class) (n, K)."""
    whole = part.astype(np.float64)
    if whole.shape[1] == 1:
        return np.concatenate([1 - whole, whole], axis=1)
    return np.asarray(whole / whole.sum(1, keepdims=True), np.float64)
