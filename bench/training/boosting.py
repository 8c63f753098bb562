"""Common parts of the learners of boosted trees: their settings, and their greatest number of classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from longtail.bench.training.features import Hashed
from longtail.strategies.models import codes
from longtail.strategies.table import Floats, Profile, Table


@dataclass(frozen=True)
class BoostedTrees:
    """Boosted trees, one per class in every iteration; a subclass chooses the library."""

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
    quick: ClassVar[dict[str, Any]] = {"iterations": 5}

    rate: float = 0.1
    iterations: int = 100
    leaves: int = 31
    leaf: int = 20
    """least number of rows in a leaf"""
    penalty: float = 0.0
    """L2 penalty on the values of leaves"""
    native: bool = True
    """splits by sets of categories; if false, by the order of their codes"""

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.penalty < 0:
            raise ValueError(f"rate must be above 0 and penalty 0 or more, got {self.rate} and {self.penalty}")
        if self.iterations < 1 or self.leaves < 2 or self.leaf < 1:
            raise ValueError(
                "iterations and leaf must be 1 or more and leaves 2 or more, "
                f"got {self.iterations}, {self.leaf} and {self.leaves}"
            )

    def why_skip(self, profile: Profile) -> str | None:
        if profile.classes <= self.most_classes:
            return None
        return (
            f"{self.name} grows one tree per class in every iteration, so it runs on at most {self.most_classes}"
            f" classes; these rows have {profile.classes}"
        )

    @property
    def encode(self) -> Callable[[Table], Floats]:
        """Return the function that turns a table into features; native splits accept up to 255 codes."""
        return Hashed() if self.native else codes
