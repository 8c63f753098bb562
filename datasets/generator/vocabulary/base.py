"""Vocabulary of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WIDTHS = {"device": 4, "channel": 6, "region": 12, "segment": 6, "weekday": 7}
"""columns whose values have names, with the number of values"""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Names of a scenario. `shares` holds each class with its share or count, most frequent first.

    `columns` maps a shop's names of columns to the scenario's, `values` a shop's column to the names of its values, as
    many as `WIDTHS` says; columns left out keep a shop's names. Query tokens are `qualities` before `nouns`, by default
    the shop's qualities before the classes.
    """

    shares: Mapping[str, float]
    why: str
    """source of the shares"""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    qualities: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = list(self.shares.values())
        if weights != sorted(weights, reverse=True):
            raise ValueError("classes must be listed from the most to the least frequent")
        for column, names in self.values.items():
            if len(set(names)) != WIDTHS[column]:
                raise ValueError(f"{column} takes {WIDTHS[column]} names, not {len(set(names))}")

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.shares)

    @property
    def proportions(self) -> tuple[float, ...]:
        """Return the shares of the classes (K,), which sum to 1."""
        total = sum(self.shares.values())
        return tuple(share / total for share in self.shares.values())


def mixed(*groups: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """Return the classes of several groups, most frequent first, from each group's part and the shares within it."""
    shares = {name: part * share / sum(within.values()) for part, within in groups for name, share in within.items()}
    return dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def zipf(*names: str) -> dict[str, float]:
    """Return shares that fall as one over the rank."""
    return {name: 1 / rank for rank, name in enumerate(names, 1)}
