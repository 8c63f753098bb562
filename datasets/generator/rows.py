"""Draws rows of a world, block by block: features, users, time, and what the class depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.calendar import Moments, moments
from longtail.datasets.generator.numbers import NUMBERS, PAIRS, Floats
from longtail.datasets.generator.streams import BLOCK, Streams
from longtail.datasets.generator.world import World

Codes = NDArray[np.int32]
ROWWISE = ("users", "seconds", "signals", "types", "chances", "examined")


@dataclass(frozen=True)
class Window:
    """How many rows a log has: training rows first, test rows later in time."""

    rows: int
    test_rows: int

    def __len__(self) -> int:
        return self.rows + self.test_rows


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows before their class: `numbers` and `codes` by column, all (n,), `signals` (n, d).

    `types` are hidden; `chances` (n, types) is what the visible columns say about them. `examined` is the probability
    that the slot is looked at at all (1 where the task has no slots).
    """

    numbers: dict[str, Floats]
    codes: dict[str, Codes]
    users: Codes
    seconds: NDArray[np.float64]
    signals: Floats
    types: Codes
    chances: Floats
    examined: Floats

    def cut(self, at: slice) -> Drawn:
        """Some of the rows."""
        return replace(
            self,
            numbers={name: value[at] for name, value in self.numbers.items()},
            codes={name: value[at] for name, value in self.codes.items()},
            **{name: getattr(self, name)[at] for name in ROWWISE},
        )

    @staticmethod
    def joined(parts: list[Drawn]) -> Drawn:
        """Rows one after the other."""
        first = parts[0]
        return replace(
            first,
            numbers={name: np.concatenate([part.numbers[name] for part in parts]) for name in first.numbers},
            codes={name: np.concatenate([part.codes[name] for part in parts]) for name in first.codes},
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in ROWWISE},
        )


def draw_block(world: World, streams: Streams, window: Window, block: int) -> Drawn:
    """All rows of one block; those past the end of the window are to be cut off."""
    index = np.arange(block * BLOCK, (block + 1) * BLOCK)

    def uniform(factor: str) -> NDArray[np.float64]:
        return streams.at(factor, block).random(BLOCK)

    late = index >= window.rows
    when = _moments(world, index, late, window, uniform("time"))
    newcomer = late & (uniform("newcomer") < world.spec.cold)
    users = world.people.drawn(uniform("user"), newcomer)
    codes: dict[str, Codes] = {
        label.name: label.draw.codes(uniform(label.name)) for label in world.labels if label.draw is not None
    }
    codes |= {"hour": when.hour, "weekday": when.weekday, "segment": world.people.segment[users]}
    item = None
    if world.items is not None:
        item = world.items.draw.codes(uniform("item"))
        codes |= {"item": item, "category": world.items.category[item], "brand": world.items.brand[item]}
    slot = world.slots.codes(uniform("position")) + 1
    numbers, normals = _numbers(world, streams, block, item)
    numbers["position"] = slot.astype(np.float32)
    return Drawn(
        numbers=numbers,
        codes={label.name: codes[label.name] for label in world.labels},
        users=users,
        seconds=when.seconds,
        signals=_signals(world, normals, codes),
        types=world.people.type[users],
        chances=world.people.shares[newcomer.astype(np.int32), codes["segment"]],
        examined=_examined(world, slot, codes["device"]),
    )


def _moments(
    world: World, index: NDArray[np.int64], late: NDArray[np.bool_], window: Window, inside: NDArray[np.float64]
) -> Moments:
    """Times in the order of rows: row i of n lies in the i-th n-th part of its window."""
    spec = world.spec
    early = moments((index + inside) / max(window.rows, 1), 0, spec.weeks)
    if not late.any():
        return early
    later = moments((index - window.rows + inside) / max(window.test_rows, 1), spec.weeks, spec.test_weeks)
    return Moments(
        np.where(late, later.seconds, early.seconds),
        np.where(late, later.hour, early.hour),
        np.where(late, later.weekday, early.weekday),
    )


def _numbers(world: World, streams: Streams, block: int, item: Codes | None) -> tuple[dict[str, Floats], list[Floats]]:
    """Values by column, and the signals of the numbers."""
    values: dict[str, Floats] = {}
    signals = []
    for number in NUMBERS:
        if world.items is not None and item is not None and number.item:
            normal = world.items.normals[number.name][item]
        else:
            normal = streams.at(number.name, block).standard_normal(BLOCK, np.float32)
        value = number.value(normal)
        signal = number.signal(normal, value)
        if number.optional and world.spec.missing:
            gone = streams.at(f"missing {number.name}", block).random(BLOCK) < world.spec.missing
            # where the value is missing the class depends on nothing that a model can't see
            value, signal = np.where(gone, np.float32(np.nan), value), np.where(gone, np.float32(0), signal)
        values[number.name] = value
        signals.append(signal)
    return values, signals


def _signals(world: World, normals: list[Floats], codes: dict[str, Codes]) -> Floats:
    """What the class depends on, (n, d), in the order of the world's weights."""
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


def _examined(world: World, slot: Codes, device: Codes) -> Floats:
    """The chance that a slot is looked at: falls with the position, faster on phones; 1 where no slot is shown."""
    if not world.spec.binary:
        return np.ones(len(slot), np.float32)
    slots = np.arange(world.slots.keep.size + 1).clip(1)[:, None]
    steep = world.spec.position_bias * np.array([1.2, 0.9, 1.0, 1.2])
    return (slots**-steep).astype(np.float32)[slot, device]
