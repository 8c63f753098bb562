"""Checks of parameters: each raises ValueError with the name of the parameter, the rule and the value."""

from __future__ import annotations

from collections.abc import Collection
from numbers import Real
from typing import Any


def whole(thing: str, value: Any, least: int = 1) -> None:
    """Raise ValueError unless a value is a whole number of `least` or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{thing} must be a whole number of {least} or more, got {value!r}")


def share(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is a number above 0 and at most 1."""
    if not _number(value) or not 0 < value <= 1:
        raise ValueError(f"{thing} must be a number above 0 and at most 1, got {value!r}")


def fraction(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is a number of 0 or more and below 1."""
    if not _number(value) or not 0 <= value < 1:
        raise ValueError(f"{thing} must be a number of 0 or more and below 1, got {value!r}")


def inside(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is a number above 0 and below 1."""
    if not _number(value) or not 0 < value < 1:
        raise ValueError(f"{thing} must be a number above 0 and below 1, got {value!r}")


def positive(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is a finite number above 0."""
    if not _number(value) or not 0 < value < float("inf"):
        raise ValueError(f"{thing} must be a finite number above 0, got {value!r}")


def nonnegative(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is a finite number of 0 or more."""
    if not _number(value) or not 0 <= value < float("inf"):
        raise ValueError(f"{thing} must be a finite number of 0 or more, got {value!r}")


def flag(thing: str, value: Any) -> None:
    """Raise ValueError unless a value is true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{thing} must be true or false, got {value!r}")


def among(thing: str, value: Any, choices: Collection[Any]) -> None:
    """Raise ValueError unless a value is one of the choices."""
    if isinstance(value, bool) or value not in choices:
        raise ValueError(f"{thing} must be one of {', '.join(map(str, choices))}, got {value!r}")


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
