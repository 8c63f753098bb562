"""Catalogue of click worlds: items with a category, a brand and properties of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.course import WEEK, course
from longtail.datasets.generator.numeric_columns import NUMBERS, Floats
from longtail.datasets.generator.popularity import Doubles, Draw, allotted, zipf
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams


@dataclass(frozen=True, eq=False)
class Shown:
    """Items that a shop shows by day: `draws` are its exposures, `of_day` (days,) is the exposure of each day."""

    draws: tuple[Draw, ...]
    of_day: NDArray[np.int64]
    keep: Doubles
    other: NDArray[np.int32]
    propensity: Floats
    """P(item shown), (exposures, items)"""

    @classmethod
    def of(cls, chances: list[Doubles], of_day: NDArray[np.int64]) -> Shown:
        """Build from exposures, each with P(item shown) (items,), and the index of each day's (days,)."""
        draws = tuple(Draw.of(chance) for chance in chances)
        return cls(
            draws,
            of_day,
            np.stack([draw.keep for draw in draws]),
            np.stack([draw.other for draw in draws]),
            np.stack(chances).astype(np.float32),
        )

    def codes(self, uniform: Doubles, day: NDArray[np.int32]) -> tuple[NDArray[np.int32], Floats]:
        """Return items (n,) from uniform numbers in [0, 1), and the probabilities with which they were shown (n,)."""
        if len(self.draws) == 1:
            code = self.draws[0].codes(uniform)
            return code, self.propensity[0][code]
        way = self.of_day[day]
        scaled = uniform * self.keep.shape[1]
        place = scaled.astype(np.int32)
        code = np.where(scaled - place < self.keep[way, place], place, self.other[way, place])
        return code, self.propensity[way, code]


@dataclass(frozen=True, eq=False)
class Items:
    """Items and when they are shown; `category` and `brand` (items,), `normals` (items,) by the name of a property."""

    shown: Shown
    category: NDArray[np.int32]
    brand: NDArray[np.int32]
    normals: dict[str, Floats]


def items(spec: Spec, streams: Streams) -> Items:
    """Return the items of a world: popularity is Zipf within their category; popular items are shown more often."""
    category, popularity = allotted(spec.items, spec.categories, spec.category_zipf, spec.item_zipf)
    brand = Draw.of(zipf(spec.brands, 0.8)).codes(streams.at("brand of item").random(spec.items))
    normals = {
        number.name: streams.at(f"item {number.name}").standard_normal(spec.items, np.float32)
        for number in NUMBERS
        if number.item
    }
    return Items(_shown(spec, popularity, course(spec, streams, category).shift), category, brand, normals)


def _shown(spec: Spec, popularity: Doubles, shift: Doubles | None) -> Shown:
    """Return the exposure by day: popularity on that day to the power of the shop's `exposure`."""
    training, days = WEEK * spec.weeks, WEEK * (spec.weeks + spec.test_weeks)
    late = spec.exposure if spec.test_exposure is None else spec.test_exposure

    def chance(power: float, moved: Doubles | None) -> Doubles:
        mass = popularity**power if moved is None else (popularity * np.exp(moved)) ** power
        return np.asarray(mass / mass.sum(), np.float64)

    if shift is not None:
        ways = [chance(spec.exposure if day < training else late, shift[day]) for day in range(days)]
        return Shown.of(ways, np.arange(days))
    if late == spec.exposure:
        return Shown.of([chance(late, None)], np.zeros(days, np.int64))
    return Shown.of([chance(spec.exposure, None), chance(late, None)], (np.arange(days) >= training).astype(np.int64))
