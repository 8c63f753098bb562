"""Reads and writes the way in which suites and the command line name parts: `smote(k_neighbors=3)+focal-loss`."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from longtail.bench.errors import ConfigurationError

PART = re.compile(r"^(?P<name>[a-z0-9][a-z0-9-]*)(?:\((?P<parameters>.*)\))?$")


def parse(text: str) -> tuple[str, dict[str, Any]]:
    """Split `name(a=1, b=x)` into name and parameters, values read as YAML."""
    match = PART.match(text.strip())
    if match is None:
        raise ConfigurationError(f"{text!r} is no name: write name or name(parameter=value, ...), lower case with hyphens")
    parameters: dict[str, Any] = {}
    for piece in filter(None, (p.strip() for p in _split(match["parameters"] or "", ","))):
        key, equals, value = piece.partition("=")
        if not equals:
            raise ConfigurationError(f"{piece!r} in {text!r} is no parameter: write parameter=value")
        parameters[key.strip()] = yaml.safe_load(value)
    return match["name"], parameters


def parse_chain(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Split `a(x=1)+b` into its parts."""
    return [parse(piece) for piece in _split(text, "+")]


def canonical(name: str, part: Any) -> str:
    """The text that names a part: parameters that differ from their default, sorted."""
    changed = [
        f"{f.name}={_written(getattr(part, f.name))}"
        for f in sorted(dataclasses.fields(part), key=lambda f: f.name)
        if f.init and getattr(part, f.name) != _default(f)
    ]
    return f"{name}({','.join(changed)})" if changed else name


def build(kinds: Mapping[str, type[Any]], what: str, name: str, parameters: Mapping[str, Any]) -> Any:
    """Make a part by name; ConfigurationError names the nearest known name or parameter."""
    if name not in kinds:
        raise ConfigurationError(f"no {what} is called {name!r}{nearest(name, kinds)}; `longtail list` shows all")
    kind = kinds[name]
    known = [f.name for f in dataclasses.fields(kind) if f.init]
    for key in parameters:
        if key not in known:
            choices = ", ".join(known) or "none"
            raise ConfigurationError(f"{what} {name} has no parameter {key!r}{nearest(key, known)}; it has: {choices}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in parameters.items()}
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{what} {name}: {error}") from error


def nearest(name: str, known: Iterable[str]) -> str:
    """`, did you mean ...?` or nothing."""
    close = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f", did you mean {close[0]!r}?" if close else ""


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{','.join(map(_written, value))}]"
    return "null" if value is None else str(value)


def _split(text: str, mark: str) -> list[str]:
    """Split at marks outside brackets."""
    pieces, depth = [""], 0
    for letter in text:
        depth += letter in "(["
        depth -= letter in ")]"
        if letter == mark and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += letter
    return pieces
