"""The base class of panels: the data of one picture, drawn as one SVG."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Panel(ABC):
    """A frozen dataclass with the data of one picture, computed beforehand. A new kind of chart is one new file."""

    title: str

    @abstractmethod
    def draw(self, key: str) -> str:
        """Return the panel as an SVG element whose ids begin with `key`; the same data give the same bytes."""

    @abstractmethod
    def legend(self) -> dict[str, Markup]:
        """Return the legend symbol of each label, in order."""
