"""What a panel is: data of one picture, drawn as one SVG."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Panel(ABC):
    """A frozen dataclass of what is to be shown; computed before, drawn here. A new kind of chart is one file."""

    title: str

    @abstractmethod
    def draw(self, key: str) -> str:
        """Return the panel as an SVG element; `key` begins the ids in it. The same data give the same bytes."""

    @abstractmethod
    def legend(self) -> dict[str, Markup]:
        """Return the symbol of each label, in order."""
