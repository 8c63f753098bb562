"""The width of words in a chart, and the shortening of long ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

NARROW, WIDE = 0.56, 1.0
"""width of a letter divided by the font size: narrow letters such as Latin, wide ones such as Chinese"""


def width(text: str, size: float = 12.0) -> float:
    """Return the approximate width of a text in pixels."""
    return size * sum(WIDE if unicodedata.east_asian_width(letter) in "WF" else NARROW for letter in text)


def cut(text: str, room: float, size: float = 12.0) -> str:
    """Return the text without control characters, shortened with an ellipsis to at most `room` pixels.

    Parameters at the end, as in `smote(k_neighbors=3)`, distinguish rows: if they take at most two thirds of the room,
    they are kept, and letters before them are removed.
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
    """Return the pixels to keep free for labels beside an axis: at most `most`, plus a gap of 10."""
    return min(most, max((width(text, size) for text in texts), default=0.0)) + 10.0
