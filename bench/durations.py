"""Durations in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return seconds as short text: 42 s, 7 min, 1 h 20 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
