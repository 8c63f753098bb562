"""Rows of a world, drawn block by block: features, users, time, and what the class depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.calendar import Moments, moments
from longtail.datasets.generator.course import WEEK
from longtail.datasets.generator.numeric_columns import NUMBERS, PAIRS, Floats
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.world import World

Codes = NDArray[np.int32]
ROWWISE = ("users", "seconds", "signals", "types", "chances", "examined", "day", "sessions", "propensity")
STEEP = np.array([1.2, 0.9, 1.0, 1.2])
"""factor on the fall of examination with the position, by device"""
OF_SESSION = ("session_seconds", "pages_viewed", "days_since_visit", "basket_value")
"""numbers that belong to a session"""


@dataclass(frozen=True)
class Window:
    """Number of rows of a log: training rows first, test rows later in time."""

    rows: int
    test_rows: int

    def __len__(self) -> int:
        return self.rows + self.test_rows


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows before their class is drawn: `numbers` and `codes` by column, all (n,), `signals` (n, d).

    `types` are hidden; `chances` (n, types) are their probabilities given the visible columns. `examined` is the
    probability that the slot is looked at (1 where the task has no slots), `propensity` that the slot shows this item
    (1 where the task has no items). `day` counts from the first one; `sessions` are the numbers of the sessions' first
    rows.
    """

    numbers: dict[str, Floats]
    codes: dict[str, Codes]
    users: Codes
    seconds: NDArray[np.float64]
    signals: Floats
    types: Codes
    chances: Floats
    examined: Floats
    day: Codes
    sessions: NDArray[np.int64]
    propensity: Floats

    def __len__(self) -> int:
        return len(self.users)

    def cut(self, at: slice | NDArray[np.int64]) -> Drawn:
        """Return some of the rows."""
        return replace(
            self,
            numbers={name: value[at] for name, value in self.numbers.items()},
            codes={name: value[at] for name, value in self.codes.items()},
            **{name: getattr(self, name)[at] for name in ROWWISE},
        )

    @staticmethod
    def joined(parts: list[Drawn]) -> Drawn:
        """Concatenate rows."""
        first = parts[0]
        return replace(
            first,
            numbers={name: np.concatenate([part.numbers[name] for part in parts]) for name in first.numbers},
            codes={name: np.concatenate([part.codes[name] for part in parts]) for name in first.codes},
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in ROWWISE},
        )


def draw_block(world: World, streams: Streams, window: Window, block: int) -> Drawn:
    """Draw all rows of one block; the caller cuts off those past the end of the window."""
    index = np.arange(block * BLOCK, (block + 1) * BLOCK)
    late = index >= window.rows
    first = _sessions(world.spec, streams, block, index == window.rows)

    def uniform(factor: str) -> NDArray[np.float64]:
        return streams.at(factor, block).random(BLOCK)

    def shared(factor: str) -> NDArray[np.float64]:
        # the first row of a session draws for the others
        return uniform(factor) if first is None else uniform(factor)[first]

    when = _moments(world, index, late, window, uniform("time"))
    newcomer = late & (shared("newcomer") < world.spec.cold)
    users = world.people.drawn(shared("user"), newcomer)
    codes: dict[str, Codes] = {
        label.name: label.draw.codes(shared(label.name)) for label in world.labels if label.draw is not None
    }
    codes |= {"hour": when.hour, "weekday": when.weekday, "segment": world.people.segment[users]}
    item, propensity = None, np.ones(BLOCK, np.float32)
    if world.items is not None:
        item, propensity = world.items.shown.codes(uniform("item"), when.day)
        codes |= {"item": item, "category": world.items.category[item], "brand": world.items.brand[item]}
    slot = world.slots.codes(uniform("position")) + 1
    numbers, normals = _numbers(world, streams, block, item, first)
    numbers["position"] = slot.astype(np.float32)
    return Drawn(
        numbers=numbers,
        codes={label.name: codes[label.name] for label in world.labels},
        users=users,
        seconds=when.seconds,
        signals=_signals(world, normals, codes),
        types=world.people.type[users],
        chances=world.people.shares[newcomer.astype(np.int32), codes["segment"]],
        examined=_examined(world, slot, codes["device"], late),
        day=when.day,
        sessions=index if first is None else index[first],
        propensity=propensity,
    )


def _sessions(spec: Spec, streams: Streams, block: int, cut: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """Return the place in the block of the first row of each row's session; None where sessions have one row.

    Sessions end at random, at the end of their block, and where test rows begin (`cut`).
    """
    if spec.session_rows == 1:
        return None
    starts = (streams.at("session", block).random(BLOCK) < 1 / spec.session_rows) | cut
    starts[0] = True
    return np.maximum.accumulate(np.where(starts, np.arange(BLOCK), 0))


def _moments(
    world: World, index: NDArray[np.int64], late: NDArray[np.bool_], window: Window, inside: NDArray[np.float64]
) -> Moments:
    """Return times in the order of rows: row i of n lies in the i-th of n equal parts of its window."""
    spec = world.spec
    early = moments((index + inside) / max(window.rows, 1), 0, spec.weeks)
    if not late.any():
        return early
    later = moments((index - window.rows + inside) / max(window.test_rows, 1), spec.weeks, spec.test_weeks)
    return Moments(
        np.where(late, later.seconds, early.seconds),
        np.where(late, later.hour, early.hour),
        np.where(late, later.weekday, early.weekday),
        # rows past the end of the window, which are cut off, have no day of their own
        np.minimum(np.where(late, later.day, early.day), WEEK * (spec.weeks + spec.test_weeks) - 1),
    )


def _numbers(
    world: World, streams: Streams, block: int, item: Codes | None, first: NDArray[np.int64] | None
) -> tuple[dict[str, Floats], list[Floats]]:
    """Return values by column, and the signals of the numbers."""
    values: dict[str, Floats] = {}
    signals = []
    for kind in NUMBERS:
        number = kind if world.spec.margins == "shop" else kind.plain
        of_session = first is not None and number.name in OF_SESSION
        if world.items is not None and item is not None and number.item:
            normal = world.items.normals[number.name][item]
        else:
            normal = streams.at(number.name, block).standard_normal(BLOCK, np.float32)
            normal = normal[first] if of_session else normal
        value = number.value(normal)
        signal = number.signal(normal, value)
        if number.optional and world.spec.missing:
            gone = streams.at(f"missing {number.name}", block).random(BLOCK) < world.spec.missing
            gone = gone[first] if of_session else gone
            # without a signal where the value is missing: the class depends only on what a model can see
            value, signal = np.where(gone, np.float32(np.nan), value), np.where(gone, np.float32(0), signal)
        values[number.name] = value
        signals.append(signal)
    return values, signals


def _signals(world: World, normals: list[Floats], codes: dict[str, Codes]) -> Floats:
    """Return the signals on which the class depends, (n, d), in the order of the world's weights."""
    signals = np.empty((BLOCK, world.signals), np.float32)
    place = {number.name: column for column, number in enumerate(NUMBERS)}
    for column, normal in enumerate(normals):
        signals[:, column] = normal
    at = len(normals)
    for one, other in PAIRS:
        signals[:, at] = normals[place[one]] * normals[place[other]]
        at += 1
    for label in world.labels:
        signals[:, at : at + label.width] = label.embedding[codes[label.name]]
        at += label.width
    return signals


def _examined(world: World, slot: Codes, device: Codes, late: NDArray[np.bool_]) -> Floats:
    """Return the chance that a slot is examined: it falls with the position, faster on phones; 1 without slots."""
    if world.spec.task != "click":
        return np.ones(len(slot), np.float32)
    slots = np.arange(world.slots.keep.size + 1).clip(1)[:, None]
    bias = world.spec.device_bias
    steep = world.spec.position_bias * (STEEP if bias == 1 else np.maximum(1 + bias * (STEEP - 1), 0))
    chance = (slots**-steep).astype(np.float32)[slot, device]
    return np.where(late, np.float32(1), chance) if world.spec.test_examined else chance
