"""World: everything that a spec fixes before a row is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator import names
from longtail.datasets.generator.calendar import HOURLY
from longtail.datasets.generator.course import Course, course
from longtail.datasets.generator.items import Items, items
from longtail.datasets.generator.numeric_columns import NUMBERS, PAIRS, Floats
from longtail.datasets.generator.people import People, people
from longtail.datasets.generator.popularity import Doubles, Draw, allotted, zipf
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams

SLOTS = 12
WORLDS = 0xC11C
"""key that separates the streams of worlds from those of rows"""


@dataclass(frozen=True, eq=False)
class Label:
    """Categorical column: `values` (m,), their `draw` (None if something else draws them), `embedding` (m, r)."""

    name: str
    values: tuple[str, ...]
    draw: Draw | None
    embedding: Floats

    @property
    def width(self) -> int:
        return int(self.embedding.shape[1])


@dataclass(frozen=True, eq=False)
class World:
    """Weights and tables. Signals (n, d) are the numbers, their products and the categories' embeddings, in this order.

    `weights` (d, K), for clicks (d, 1), have unit length per class; `taste` is (types, K), for clicks (types,
    categories). With drift of taste both turn towards `turned`. `course` holds the changes by day, `frozen` the same as
    if drift had stopped with the last training day; None where nothing drifts.
    """

    spec: Spec
    classes: tuple[str, ...]
    labels: tuple[Label, ...]
    items: Items | None
    people: People
    weights: Floats
    taste: Floats
    slots: Draw
    turned: tuple[Floats, Floats] | None
    course: Course
    frozen: Course | None

    @property
    def signals(self) -> int:
        return len(self.weights)


@lru_cache(maxsize=8)
def world(spec: Spec) -> World:
    """Return the world of a spec."""
    streams = Streams(np.random.SeedSequence(spec.world, spawn_key=(WORLDS,)))
    kinds = _kinds(spec)
    labels, needs = _labels(spec, streams), _needs(spec, kinds, streams)
    turned = None
    if spec.taste_drift:
        turned = _weights(spec, labels, needs, streams, "turned weights"), _taste(spec, kinds, streams, "turned taste")
    return World(
        spec=spec,
        classes=_classes(spec, kinds),
        labels=labels,
        items=items(spec, streams) if spec.binary else None,
        people=people(spec, streams),
        weights=_weights(spec, labels, needs, streams, "weights"),
        taste=_taste(spec, kinds, streams, "taste"),
        slots=Draw.of(zipf(SLOTS, 0.7)),
        turned=turned,
        course=_course(spec, kinds, streams),
        frozen=_course(spec, kinds, streams, frozen=True) if spec.drifts else None,
    )


def _kinds(spec: Spec) -> NDArray[np.int32]:
    """Return the category of each class (K,): items have one, a category is its own; clicks and purchases have one."""
    if spec.task == "item":
        category, popularity = allotted(spec.items, spec.categories, spec.category_zipf, spec.item_zipf)
        return category[np.argsort(-popularity, kind="stable")]
    return np.arange(1 if spec.binary else len(spec.priors), dtype=np.int32)


def _course(spec: Spec, kinds: NDArray[np.int32], streams: Streams, *, frozen: bool = False) -> Course:
    whole = course(spec, streams, kinds, frozen=frozen)
    # in click worlds popularity changes what is shown, and `items` holds that
    return Course(whole.angle, None) if spec.binary else whole


def _classes(spec: Spec, kinds: NDArray[np.int32]) -> tuple[str, ...]:
    if spec.binary:
        return ("no click", "click") if spec.task == "click" else ("no purchase", "purchase")
    if spec.task == "category":
        return names.categories(len(kinds), spec.scenario)
    category = names.categories(spec.categories, spec.scenario)
    place = np.zeros(spec.categories, int)
    named = []
    for kind in kinds:
        place[kind] += 1
        named.append(f"{category[kind]} #{place[kind]}")
    return tuple(named)


def _taste(spec: Spec, kinds: NDArray[np.int32], streams: Streams, name: str) -> Floats:
    """Return the taste of user types, (types, K), for clicks (types, categories); of items half is their category's."""
    own = streams.at(name).standard_normal((64, spec.categories if spec.binary else len(kinds)), np.float32)
    if spec.task == "item":
        shared = streams.at(f"{name} of category").standard_normal((64, spec.categories), np.float32)
        own = (own + shared[:, kinds]) * np.float32(np.sqrt(0.5))
    return own[: spec.types]


def _needs(spec: Spec, kinds: NDArray[np.int32], streams: Streams) -> Doubles:
    """Return the positions of classes in a space of needs, (needs, K); items are near the others of their category."""
    # one stream per class: with more classes the first ones stay where they are
    first = 1 if spec.task == "conversion" else 0
    places = [streams.at("needs", first + index).standard_normal(spec.needs) for index in range(len(kinds))]
    own = np.stack(places, axis=1)
    if spec.task == "item":
        shared = [
            streams.at("needs of category", index).standard_normal(spec.needs) for index in range(spec.categories)
        ]
        own = np.sqrt(0.5) * (own + np.stack(shared, axis=1)[:, kinds])
    return np.asarray(own, np.float64)


def _labels(spec: Spec, streams: Streams) -> tuple[Label, ...]:
    """Return the categorical columns with their embeddings; wider embeddings let classes differ more."""
    hours, days = HOURLY.reshape(7, 24).sum(0), HOURLY.reshape(7, 24).sum(1)
    columns: list[tuple[str, tuple[str, ...], Doubles, bool, int]] = [
        ("device", names.values("device", spec.scenario), np.array([0.55, 0.25, 0.08, 0.12]), True, 2),
        ("channel", names.values("channel", spec.scenario), zipf(len(names.CHANNELS), 0.7), True, 2),
        ("region", names.values("region", spec.scenario), zipf(len(names.REGIONS), 0.5), True, 2),
        ("segment", names.values("segment", spec.scenario), zipf(len(names.SEGMENTS), 0.6), False, 2),
        ("hour", names.numbered("h", 24), hours, False, 2),
        ("weekday", names.values("weekday", spec.scenario), days, False, 1),
        ("query", names.queries(spec.queries, spec.scenario), zipf(spec.queries, 0.9), True, 5),
        ("brand", names.brands(spec.brands, spec.scenario), zipf(spec.brands, 0.8), not spec.binary, 4),
    ]
    if spec.binary:
        columns.append(
            ("category", names.categories(spec.categories, spec.scenario), zipf(spec.categories, 1.0), False, 1)
        )
        columns.append(("item", names.numbered("i", spec.items), np.full(spec.items, 1 / spec.items), False, 1))
    made = []
    for name, values, popularity, drawn, width in columns:
        vectors = streams.at(f"embedding {name}").standard_normal((len(values), 1 if spec.binary else width))
        vectors -= popularity @ vectors
        vectors /= np.sqrt(popularity @ vectors**2) + 1e-12
        made.append(Label(name, values, Draw.of(popularity) if drawn else None, vectors.astype(np.float32)))
    return tuple(made)


def _weights(spec: Spec, labels: tuple[Label, ...], needs: Doubles, streams: Streams, stream: str) -> Floats:
    """Return the directions of the classes, (d, K): random within groups of columns, whose shares the spec gives."""
    context = ("device", "channel", "region", "segment", "hour", "weekday")
    pulls = {number.name: number.pull for number in NUMBERS}
    groups = [("numbers", number.name, 1) for number in NUMBERS]
    groups += [("pairs", f"{one} x {other}", 1) for one, other in PAIRS]
    groups += [("context" if label.name in context else label.name, label.name, label.width) for label in labels]
    raw: dict[str, list[NDArray[np.float64]]] = {}
    for group, name, width in groups:
        leaning = streams.at(f"{stream} {name}").standard_normal((width, spec.needs))
        raw.setdefault(group, []).append(pulls.get(name, 1.0) * leaning @ needs)
    scaled = []
    for group, parts in raw.items():
        block = np.concatenate(parts)
        scaled.append(block / np.sqrt((block**2).sum(0)) * np.sqrt(spec.shares[group]))
    return np.concatenate(scaled).astype(np.float32)
