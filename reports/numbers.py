"""Number formats: the same everywhere, and short enough to compare at a glance."""

from __future__ import annotations

import math
from collections.abc import Callable

from longtail.reports.content import IntervalCell
from longtail.reports.vocabulary import Form

MINUS = "\u2212"
NOTHING = "\u2013"


def written(value: float | None, form: Form, like: float | None = None) -> str:
    """Return a number as the reader sees it, with as many digits as `like` needs; a dash if it is missing."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if form in {"score", "signed"}:
        sign = "+" if form == "signed" else ""
        digits = _digits(value if like is None else like, SMALL[form])
        return f"{value:{sign}.{digits}f}".replace("-", MINUS) if round(value, digits) else f"{0:.{digits}f}"
    return FORMS[form](value).replace("-", MINUS)


def interval(value: IntervalCell) -> str:
    """Return `0.412 [0.401, 0.423]`, or the mean alone if its interval is not known."""
    if value.mean is None or value.low is None or value.high is None:
        return written(value.mean, value.form)
    return f"{written(value.mean, value.form)} {limits(value)}"


def limits(value: IntervalCell) -> str:
    """Return `[0.401, 0.423]`, or an empty string if a limit is missing or not finite."""
    if value.low is None or value.high is None or not (math.isfinite(value.low) and math.isfinite(value.high)):
        return ""
    low, high = (written(end, value.form, value.mean) for end in (value.low, value.high))
    return f"[{low}, {high}]"


def exported(value: float | None) -> str:
    """Return a number for sorting and export with seven significant digits; an empty string if it is missing."""
    return "" if value is None or not math.isfinite(value) else f"{value:.7g}"


def _digits(value: float, small: float) -> int:
    """Return the number of decimals: three, or four for values below `small`."""
    return 4 if 0 < abs(value) < small else 3


def _seconds(value: float) -> str:
    if abs(value) < 0.9995:
        return f"{value * 1000:.0f} ms" if abs(value) >= 0.01 or value == 0 else f"{value * 1000:.1f} ms"
    return f"{value:.1f} s" if abs(value) < 99.95 else f"{value / 60:.1f} min"


def _bytes(value: float) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if abs(value) >= size:
            return f"{value / size:.1f} {unit}" if value < 10 * size else f"{value / size:.0f} {unit}"
    return f"{value:.0f} B"


def _ratio(value: float) -> str:
    return f"{value:.1f}×" if value < 99.5 else f"{value:,.0f}×"


SMALL = {"score": 0.1, "signed": 0.01}
"""absolute value below which a fourth decimal is shown"""
FORMS: dict[Form, Callable[[float], str]] = {
    "count": lambda value: f"{value:,.0f}",
    "seconds": _seconds,
    "bytes": _bytes,
    "ratio": _ratio,
    "percent": lambda value: f"{100 * value:.1f} %" if abs(value) >= 0.001 or value == 0 else f"{100 * value:.3f} %",
    "gain": lambda value: f"{100 * value:+.1f} %" if round(value, 3) else "0.0 %",
    "rank": lambda value: f"{value:.1f}",
}
