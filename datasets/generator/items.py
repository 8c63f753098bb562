"""The catalogue of click worlds: items of categories and brands, with properties of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.numbers import NUMBERS, Floats
from longtail.datasets.generator.popularity import Draw, zipf
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams


@dataclass(frozen=True, eq=False)
class Items:
    """`draw` gives items by popularity; `category`, `brand` (items,), `normals` by the name of a property (items,)."""

    draw: Draw
    category: NDArray[np.int32]
    brand: NDArray[np.int32]
    normals: dict[str, Floats]


def items(spec: Spec, streams: Streams) -> Items:
    """Items: popularity is the category's, and within it Zipf."""
    by_category = zipf(spec.categories, spec.category_zipf)
    # every category has an item; large ones have more, though less than in proportion
    wished = np.sqrt(by_category) / np.sqrt(by_category).sum() * spec.items
    category = np.searchsorted(np.cumsum(wished), np.arange(spec.items) + 0.5).clip(0, spec.categories - 1)
    category = category.astype(np.int32)
    popularity = np.zeros(spec.items)
    for code in range(spec.categories):
        members = np.flatnonzero(category == code)
        popularity[members] = by_category[code] * zipf(len(members), spec.item_zipf) if len(members) else 0
    brand = Draw.of(zipf(spec.brands, 0.8)).codes(streams.at("brand of item").random(spec.items))
    normals = {
        number.name: streams.at(f"item {number.name}").standard_normal(spec.items, np.float32)
        for number in NUMBERS
        if number.item
    }
    return Items(Draw.of(popularity / popularity.sum()), category, brand, normals)
