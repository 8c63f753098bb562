"""Markers, and the symbols that explain them in a chart's legend."""

from __future__ import annotations

from markupsafe import Markup, escape

from longtail.reports.svg import BETTER, EQUAL, ROLES, SERIES, UNDECIDED, WORSE, group_style
from longtail.reports.vocabulary import Word

VERDICTS: dict[Word, tuple[str, str, bool]] = {
    "better": ("^", BETTER, True),
    "worse": ("v", WORSE, True),
    "practically equal": ("s", EQUAL, True),
    "undecided": ("o", UNDECIDED, False),
    "no verdict": ("x", UNDECIDED, True),
}
"""marker, colour, whether it is filled"""
SIGNS: dict[Word, str] = {
    "better": "▲",
    "worse": "▼",
    "practically equal": "≈",
    "undecided": "?",
    "no verdict": "–",
}
SHAPES = {
    "o": "M16 6A4 4 0 1 1 8 6A4 4 0 1 1 16 6Z",
    "s": "M8.5 2.5H15.5V9.5H8.5Z",
    "^": "M12 1.5L16.5 9.5H7.5Z",
    "v": "M12 10.5L7.5 2.5H16.5Z",
    "D": "M12 1L17 6L12 11L7 6Z",
    "P": "M10.5 2H13.5V4.5H16V7.5H13.5V10H10.5V7.5H8V4.5H10.5Z",
    "X": "M9.5 2L12 4.5L14.5 2L16 3.5L13.5 6L16 8.5L14.5 10L12 7.5L9.5 10L8 8.5L10.5 6L8 3.5Z",
    "p": "M12 1.5L16.3 4.6L14.6 9.6H9.4L7.7 4.6Z",
    "x": "M9 3L15 9M15 3L9 9",
}
LINES = ("", "5 2", "2 1.5", "6 2 1.5 2", "1 1.2", "8 3", "", "")


def verdict_key(word: Word) -> Markup:
    """Return the legend symbol of a verdict."""
    marker, colour, filled = VERDICTS[word]
    return _key(_shape(marker, ROLES[colour], filled))


def series_key(style: int, marker: str | None, line: bool = True) -> Markup:
    """Return the legend symbol of a series: its line and marker."""
    role = ROLES[SERIES[style]]
    dashes = f' stroke-dasharray="{LINES[style]}"' if LINES[style] else ""
    rule = f'<path class="k-{role}" fill="none" stroke-width="2" d="M0 6H24"{dashes}/>' if line else ""
    return _key(rule + (_shape(marker, role, True) if marker else ""))


def part_key(style: int) -> Markup:
    """Return the legend symbol of one part of a bar."""
    return _key(f'<path class="f-{ROLES[SERIES[style]]}" d="M4 1H20V11H4Z"/>')


def band_key() -> Markup:
    """Return the legend symbol of the shaded band."""
    return _key('<path class="f-band" d="M0 0H24V12H0Z"/>')


def bar(low: float, middle: float, high: float, mark: float | None) -> Markup:
    """Draw a small interval at positions from 0 to 1; `mark` is the position of the reference line."""
    left, centre, right = (_place(value) for value in (low, middle, high))
    line = "" if mark is None else f'<path class="k-muted" d="M{_place(mark)} 0V12"/>'
    return Markup(
        f'<svg class="bar" viewBox="0 0 54 12" aria-hidden="true">{line}'
        f'<path class="k-ink" d="M{left} 6H{right}"/><circle class="f-ink" cx="{centre}" cy="6" r="2.5"/></svg>'
    )


def sign(word: Word) -> Markup:
    """Return a verdict's sign, hidden from screen readers because the word follows it."""
    return Markup('<span class="sign" aria-hidden="true">{}</span>').format(SIGNS[word])


def slug(word: str) -> str:
    """Return a verdict as a CSS class name."""
    return escape(word).replace(" ", "-")


def _place(value: float) -> str:
    return f"{3 + 48 * min(1.0, max(0.0, value)):.1f}".removesuffix(".0")


def _shape(marker: str, role: str, filled: bool) -> str:
    if marker == "x" or not filled:
        return f'<path class="k-{role}" fill="none" stroke-width="1.6" d="{SHAPES[marker]}"/>'
    return f'<path class="f-{role}" d="{SHAPES[marker]}"/>'


def _key(inside: str) -> Markup:
    return Markup(f'<svg class="key" viewBox="0 0 24 12" aria-hidden="true">{inside}</svg>')


def group_key(place: int) -> Markup:
    """Return the legend symbol of a group by its position among the groups."""
    style, marker = group_style(place)
    return series_key(style, marker, line=False)
