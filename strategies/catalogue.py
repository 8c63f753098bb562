"""Catalogue of strategies: every file of every family folder, and files that a user names."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from longtail import strategies
from longtail.strategies.base import Strategy


class CatalogueError(Exception):
    """A strategy file breaks a rule; the message names the file and the rule in one sentence."""


@cache
def strategy_classes() -> dict[str, type[Strategy]]:
    """Return every strategy that comes with longtail, by name, ordered by family and name.

    Raises CatalogueError where two strategies have the same name.
    """
    found: dict[str, type[Strategy]] = {}
    for module in pkgutil.walk_packages(strategies.__path__, "longtail.strategies."):
        if module.name.count(".") < 3 or module.ispkg:
            continue
        for kind in defined_in(importlib.import_module(module.name)):
            if kind.name in found:
                raise CatalogueError(
                    f"two strategies have the name {kind.name}: {found[kind.name].__module__} and {module.name}"
                )
            found[kind.name] = kind
    return dict(sorted(found.items(), key=lambda item: (family_of(item[1]), item[0])))


def defined_in(module: ModuleType) -> list[type[Strategy]]:
    """Return the named strategies that a module defines."""
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__]
    return [kind for kind in kinds if issubclass(kind, Strategy) and kind.name]


def family_of(kind: type[Strategy]) -> str:
    """Return the name of the folder that the strategy's file lies in, or `own` for a user's file."""
    parts = kind.__module__.split(".")
    return parts[2] if parts[:2] == ["longtail", "strategies"] and len(parts) > 3 else "own"


def load_file(path: Path) -> list[type[Strategy]]:
    """Run a user's strategy file and return the strategies that it defines.

    Its module is named after the file and its content, so that two files with one name are two modules. Raises
    CatalogueError where the file does not exist, is not a Python file, defines no strategy, or two with one name.
    """
    if not path.is_file():
        raise CatalogueError(f"no strategy file at {path}")
    name = f"longtail_own_{path.stem}_{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    if not (found := defined_in(module)):
        raise CatalogueError(f"{path} defines no strategy, which is a class that extends Strategy and has a name")
    names = [kind.name for kind in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CatalogueError(f"{path} defines two strategies called {', '.join(twice)}; each needs a name of its own")
    return found
