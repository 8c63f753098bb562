"""Registry of datasets, strategies and learners by name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from longtail.bench import learners
from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import build, canonical, parse, parse_chain
from longtail.bench.training.learner import Learner
from longtail.datasets.base import Source
from longtail.datasets.catalogue import source_classes
from longtail.strategies.base import Strategy
from longtail.strategies.catalogue import CatalogueError, load_file, strategy_classes
from longtail.strategies.chain import Chain

_own: dict[str, type[Strategy]] = {}


def known_strategies() -> dict[str, type[Strategy]]:
    """Return the strategies of longtail and of the user's strategy files, by name."""
    return strategy_classes() | _own


def add_strategy_file(path: Path) -> list[str]:
    """Run a user's strategy file, register its strategies, and return their names.

    Raises ConfigurationError where the file can't be run, or uses a name of longtail or of another file.
    """
    try:
        kinds = load_file(path)
    except CatalogueError as error:
        raise ConfigurationError(str(error)) from error
    for kind in kinds:
        if kind.name in strategy_classes():
            raise ConfigurationError(f"{path} defines {kind.name!r}, but longtail already has a strategy of that name")
        if kind.name in _own and (other := inspect.getfile(_own[kind.name])) != inspect.getfile(kind):
            raise ConfigurationError(
                f"{path} defines {kind.name!r}, but {other} already defines a strategy of that name"
            )
        _own[kind.name] = kind
    return [kind.name for kind in kinds]


def strategy_named(text: str) -> Strategy:
    """Return the strategy with this text; `a+b` is a composition. Raises ConfigurationError where there is none."""
    parts = [build(known_strategies(), "strategy", name, parameters) for name, parameters in parse_chain(text)]
    if len(parts) == 1:
        one: Strategy = parts[0]
        return one
    names = [part.name for part in parts]
    for name in names:
        if name == "none":
            raise ConfigurationError(f"{text}: none has no effect beside other strategies; leave it out")
        if names.count(name) > 1:
            raise ConfigurationError(f"{text}: {name} is listed {names.count(name)} times; list it once")
    try:
        return Chain(tuple(parts))
    except ValueError as error:
        raise ConfigurationError(f"{text}: {error}") from error


def name_of(strategy: Strategy) -> str:
    """Return the canonical text of a strategy, with the parameters that differ from their defaults."""
    if isinstance(strategy, Chain):
        return "+".join(canonical(part.name, part) for part in strategy.parts)
    return canonical(strategy.name, strategy)


@cache
def learner_classes() -> dict[str, type[Any]]:
    """Return every learner class, by name. Raises ValueError where two have the same name."""
    found: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(learners.__path__, "longtail.bench.learners."):
        loaded = importlib.import_module(module.name)
        kinds: list[Any] = [kind for _, kind in inspect.getmembers(loaded, inspect.isclass)]
        for kind in kinds:
            if kind.__module__ == module.name and isinstance(getattr(kind, "honours", None), frozenset):
                if kind.name in found:
                    raise ValueError(
                        f"two learners are called {kind.name}: {found[kind.name].__module__} and {module.name}"
                    )
                found[kind.name] = kind
    return dict(sorted(found.items()))


def learner_named(text: str, settings: dict[str, Any] | None = None) -> Learner:
    """Return the learner with this text; parameters in the text override `settings`.

    Raises ConfigurationError where there is no such learner or setting.
    """
    name, parameters = parse(text)
    learner: Learner = build(learner_classes(), "learner", name, (settings or {}) | parameters)
    return learner


def source_named(text: str) -> Source:
    """Return the source with this text. Raises ConfigurationError where there is none."""
    name, parameters = parse(text)
    source: Source = build(source_classes(), "dataset", name, parameters)
    return source


def cluster_of(text: str) -> str:
    """Return the cluster of a dataset: variants of one source are not independent, so statistics count them once.

    It is the name without parameters, unless the source sets another. It also works for datasets of older runs that no
    longer exist.
    """
    name, _, _ = text.partition("(")
    if name not in source_classes():
        return name
    try:
        return str(getattr(source_named(text), "cluster", name))
    except ConfigurationError:  # its parameters no longer exist
        return name


def source_name(source: Source) -> str:
    """Return the canonical text of a source."""
    return canonical(source.name, source)
