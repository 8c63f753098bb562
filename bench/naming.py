"""Syntax in which suites and the command line name parts: `smote(k_neighbors=3)+focal-loss`."""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import yaml

from longtail.bench.errors import ConfigurationError

PART = re.compile(r"^(?P<name>[a-z0-9][a-z0-9-]*)(?:\((?P<parameters>.*)\))?$")
PLAIN = re.compile(r"^[\w./~-][\w./~ -]*$")
"""pattern of texts that need no quotes"""
WHOLE = 1e15
"""bound below which whole numbers are written without a decimal point"""
EXPONENT = re.compile(r"^[-+]?[0-9]+\.?[0-9]*[eE][-+]?[0-9]+$")


def parse(text: str) -> tuple[str, dict[str, Any]]:
    """Split `name(a=1, b=x)` into name and parameters; values are read as YAML.

    Raises ConfigurationError where the text does not have this form.
    """
    match = PART.match(text.strip())
    if match is None:
        raise ConfigurationError(
            f"{text!r} is not a name: write name or name(parameter=value, ...), in lower case with hyphens"
        )
    parameters: dict[str, Any] = {}
    for piece in filter(None, (p.strip() for p in pieces(match["parameters"] or "", ","))):
        key, equals, value = piece.partition("=")
        if not equals:
            raise ConfigurationError(f"{piece!r} in {text!r} is not a parameter: write parameter=value")
        try:
            read = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise ConfigurationError(
                f"the value of {key.strip()} in {text!r} can't be read: {value.strip()}"
            ) from error
        parameters[key.strip()] = read if value.lstrip().startswith(("'", '"')) else number_or_text(read)
    return match["name"], parameters


def number_or_text(value: Any) -> Any:
    """Convert texts such as 1e-3 to numbers, since YAML 1.1 reads them as text."""
    return float(value) if isinstance(value, str) and EXPONENT.match(value) else value


def parse_chain(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Split `a(x=1)+b` into its parts."""
    return [parse(piece) for piece in pieces(text, "+")]


def canonical(name: str, part: Any, keep: Iterable[str] = ()) -> str:
    """Return the text that names a part, with the parameters to keep and those that are not the default, sorted."""
    changed = [
        f"{f.name}={_written(getattr(part, f.name))}"
        for f in sorted(dataclasses.fields(part), key=lambda f: f.name)
        if f.init and (f.name in keep or getattr(part, f.name) != _default(f))
    ]
    return f"{name}({','.join(changed)})" if changed else name


def build(kinds: Mapping[str, type[Any]], what: str, name: str, parameters: Mapping[str, Any]) -> Any:
    """Create a part by name.

    Raises ConfigurationError, with the nearest known name or parameter, where one is unknown, missing or invalid.
    """
    if name not in kinds:
        raise ConfigurationError(f"no {what} is called {name!r}{nearest(name, kinds)}; `longtail list` shows all")
    kind = kinds[name]
    known = [f.name for f in dataclasses.fields(kind) if f.init]
    for key in parameters:
        if key not in known:
            choices = ", ".join(known) or "none"
            raise ConfigurationError(f"{what} {name} has no parameter {key!r}{nearest(key, known)}; it has: {choices}")
    if lacking := [f.name for f in dataclasses.fields(kind) if _is_needed(f) and f.name not in parameters]:
        choices = getattr(kind, "choices", {}).get(lacking[0], ())
        there = f"; there are {', '.join(choices)}" if choices else ""
        raise ConfigurationError(f"{what} {name} needs {' and '.join(f'{each}=...' for each in lacking)}{there}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in parameters.items()}
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{what} {name}: {error}") from error


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `, did you mean ...?` with the nearest known name, or an empty text."""
    close = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f", did you mean {close[0]!r}?" if close else ""


def pieces(text: str, mark: str) -> list[str]:
    """Split a text at marks outside brackets and quotes; a quote opens after an equals sign, a bracket or a comma."""
    split, depth, quoted, escaped = [""], 0, "", False
    for letter in text:
        if quoted:
            quoted = "" if letter == quoted and not escaped else quoted
            escaped = letter == "\\" and quoted == '"' and not escaped
        elif letter in "'\"" and split[-1].rstrip()[-1:] in ("", "=", "[", ",", "("):
            quoted = letter
        depth += letter in "([" and not quoted
        depth -= letter in ")]" and not quoted
        if letter == mark and depth == 0 and not quoted:
            split.append("")
        else:
            split[-1] += letter
    return split


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    without = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    return field.init and without


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, str) and (not PLAIN.match(value) or yaml.safe_load(value) != value):
        return json.dumps(value, ensure_ascii=False)  # YAML reads double quotes back as the same text
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))  # 2.0 and 2 are the same value, so they must name the same cell
    return "null" if value is None else str(value)


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a part: its whole text, or its name without parameters."""
    return text == pattern or fnmatchcase(text, pattern) or ("+" not in text and fnmatchcase(parse(text)[0], pattern))
