"""Every resampler and weight goes equally far towards balance, and acts at any imbalance ratio above 1.5."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from longtail.bench.registry import name_of, strategy_named
from longtail.strategies.base import Resources, Strategy
from longtail.strategies.catalogue import family_of, strategy_classes
from longtail.strategies.targets import STRENGTH, STRENGTHS

KINDS = strategy_classes()
MEASURED = [name for name, kind in KINDS.items() if "strength" in kind.__dataclass_fields__]
CLEANING = [name for name, kind in KINDS.items() if "above" in kind.__dataclass_fields__]
FAMILIES = ("over_sampling", "under_sampling", "generative")
ELSEWHERE = {
    "adacost",
    "balance-cascade",
    "class-balanced-sampling",
    "class-weights",
    "easy-ensemble",
    "rusboost",
    "self-paced-ensemble",
    "smoteboost",
}
"""weights, and what resamples as a part of something else"""
RATIOS = [(160, 100), (1600, 1000), (300, 100), (900, 100), (160, 150, 100), (5000, 900, 300, 100, 50)]
QUICK = {"steps": 3, "width": 16, "batch": 20, "trees": 5}


def test_what_resamples_or_weighs_has_the_measure_unless_it_cleans() -> None:
    of_families = {name for name, kind in KINDS.items() if family_of(kind) in FAMILIES}
    assert set(MEASURED) == (of_families - set(CLEANING)) | ELSEWHERE


@pytest.mark.parametrize("name", MEASURED)
def test_default_and_values_worth_tuning_are_the_same_for_all(name: str) -> None:
    kind: Any = KINDS[name]
    assert kind().strength == STRENGTH == 0.5
    assert kind.grid["strength"] == STRENGTHS
    assert name_of(strategy_named(f"{name}(strength=1.0)")) == f"{name}(strength=1)"
    for value in (0, -1, 1.01, True):
        with pytest.raises(ValueError, match=f"strength must be a number above 0 and at most 1, got {value}"):
            kind(strength=value)


@pytest.mark.parametrize("counts", RATIOS, ids=str)
@pytest.mark.parametrize("name", [*MEASURED, *CLEANING])
def test_it_is_applicable_at_any_imbalance(name: str, counts: tuple[int, ...], make_table: Any) -> None:
    assert KINDS[name]().why_skip(make_table(counts).profile) is None


@pytest.mark.parametrize("name", [name for name in MEASURED if KINDS[name]().acts == {"resample"}])
def test_rows_change_at_an_imbalance_of_three_to_two(name: str, make_table: Any) -> None:
    table = make_table((160, 100))
    small = {key: value for key, value in QUICK.items() if key in KINDS[name].__dataclass_fields__}
    strategy: Strategy = dataclasses.replace(KINDS[name](), **small)
    counts = strategy.resample(table, np.random.default_rng(0), Resources()).counts
    # the root of 160 * 100; some methods miss their goal by what lies at the border, or by rounding
    assert counts[0] == 160 or 126 <= counts[0] < 150
    assert counts[1] == 100 or 110 < counts[1] <= 130
    assert counts.tolist() != [160, 100]
