"""Find the engines, by name, by walking this folder."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from longtail.bench.errors import ConfigurationError
from longtail.bench.execution.engine import Engine
from longtail.bench.naming import nearest


@cache
def engine_classes() -> dict[str, type[Engine]]:
    """Return every engine by name. Raises ValueError where two have one name."""
    found: dict[str, type[Engine]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        loaded = importlib.import_module(module.name)
        kinds: list[Any] = [kind for _, kind in inspect.getmembers(loaded, inspect.isclass)]
        for kind in kinds:
            if kind.__module__ != module.name or not (hasattr(kind, "execute") and hasattr(kind, "name")):
                continue
            if kind.name in found:
                raise ValueError(f"two engines are called {kind.name}: {found[kind.name].__module__} and {module.name}")
            found[kind.name] = kind
    return found


def engine_named(name: str) -> type[Engine]:
    """Return an engine by name. Raises ConfigurationError, which lists those that there are, for an unknown name."""
    known = engine_classes()
    if name not in known:
        raise ConfigurationError(
            f"no executor is called {name!r}{nearest(name, known)}; the executors are: {', '.join(known)}"
        )
    return known[name]
