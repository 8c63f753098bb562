"""How much room words take in a chart, and how long ones are cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

NARROW, WIDE = 0.56, 1.0
"""width of a letter over its size: Latin, Chinese and the like"""


def width(text: str, size: float = 12.0) -> float:
    """Pixels that a text takes, about."""
    return size * sum(WIDE if unicodedata.east_asian_width(letter) in "WF" else NARROW for letter in text)


def cut(text: str, room: float, size: float = 12.0) -> str:
    """The text without control characters, or its beginning and an ellipsis where it takes more pixels than `room`."""
    clean = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C") or "?"
    if width(clean, size) <= room:
        return clean
    while clean and width(clean + "…", size) > room:
        clean = clean[:-1]
    return clean + "…"


def margin(texts: Iterable[str], most: float = 168.0, size: float = 12.0) -> float:
    """Pixels to keep free for labels beside an axis."""
    return min(most, max((width(text, size) for text in texts), default=0.0)) + 10.0
