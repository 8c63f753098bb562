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
    """The text without control characters, or as much of it as `room` pixels hold, with an ellipsis for the rest.

    Parameters at the end, as of `smote(k_neighbors=3)`, tell rows apart: where they take two thirds of the room or
    less they stay, and letters before them go.
    """
    clean = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C") or "?"
    if width(clean, size) <= room:
        return clean
    start, bracket, given = clean.partition("(")
    end = bracket + given if clean.endswith(")") and width(bracket + given, size) <= room * 2 / 3 else ""
    start = start if end else clean
    while start and width(f"{start}…{end}", size) > room:
        start = start[:-1]
    return f"{start}…{end}"


def margin(texts: Iterable[str], most: float = 168.0, size: float = 12.0) -> float:
    """Pixels to keep free for labels beside an axis."""
    return min(most, max((width(text, size) for text in texts), default=0.0)) + 10.0
