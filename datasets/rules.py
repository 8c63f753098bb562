"""Rule for the parameters of all sources: each value has the type of its field."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any, get_args, get_type_hints


def typed(source: Any) -> None:
    """Raise ValueError, with field and value, where a field of a source holds a value of another type.

    Fields are whole numbers, finite numbers or texts; null is allowed in optional fields.
    """
    hints = get_type_hints(type(source))
    for field in dataclasses.fields(source):
        value, hint = getattr(source, field.name), hints[field.name]
        kinds = [kind for kind in (get_args(hint) or (hint,)) if kind in KINDS]
        if value is None and type(None) in get_args(hint):
            continue
        if kinds and not any(KINDS[kind][1](value) for kind in kinds):
            quotes = f': write it in quotes, {field.name}="{value}"' if kinds == [str] and value is not None else ""
            raise ValueError(f"{field.name} must be {KINDS[kinds[0]][0]}, not {value!r}{quotes}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


KINDS: dict[Any, tuple[str, Callable[[Any], bool]]] = {
    int: ("a whole number", _whole),
    float: ("a number", _number),
    str: ("a text", lambda value: isinstance(value, str)),
}
