"""What learners of boosted trees have in common: their settings, and how many classes they are run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from longtail.bench.training.features import Hashed
from longtail.strategies.models import codes
from longtail.strategies.table import Floats, Profile, Table


@dataclass(frozen=True)
class BoostedTrees:
    """Grows one tree a class in every iteration; a subclass says by which library."""

    name: ClassVar[str]
    most_classes: ClassVar[int]
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "native": (True, False),
        "rate": (0.1, 0.03),
        "leaves": (7, 31),
        "leaf": (100, 20),
        "iterations": (50, 100, 200),
    }
    effort: ClassVar[tuple[str, ...]] = ("iterations",)

    rate: float = 0.1
    iterations: int = 100
    leaves: int = 31
    leaf: int = 20
    """rows that a leaf must have"""
    penalty: float = 0.0
    """L2, on the values of leaves"""
    native: bool = True
    """categories as sets of codes; else by code"""

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.penalty < 0:
            raise ValueError(f"rate must be above 0 and penalty not below, got {self.rate} and {self.penalty}")
        if self.iterations < 1 or self.leaves < 2 or self.leaf < 1:
            raise ValueError("iterations and leaf must be 1 or more, leaves 2 or more")

    def why_skip(self, profile: Profile) -> str | None:
        if profile.classes <= self.most_classes:
            return None
        return (
            f"{self.name} grows one tree a class in every iteration, so it is run up to {self.most_classes} classes;"
            f" these rows have {profile.classes}"
        )

    @property
    def encode(self) -> Callable[[Table], Floats]:
        """How a table becomes features: native splits take up to 255 codes."""
        return Hashed() if self.native else codes
