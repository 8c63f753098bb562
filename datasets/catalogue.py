"""Catalogue of data sources: every module of this folder that defines one."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from longtail import datasets


@cache
def source_classes() -> dict[str, type[Any]]:
    """Return every source class by its name; raises ValueError where two have the same name."""
    found: dict[str, type[Any]] = {}
    for module in pkgutil.walk_packages(datasets.__path__, "longtail.datasets."):
        loaded = importlib.import_module(module.name)
        for _, kind in inspect.getmembers(loaded, inspect.isclass):
            name: str = getattr(kind, "name", "")
            if kind.__module__ != module.name or not (
                name and dataclasses.is_dataclass(kind) and hasattr(kind, "load")
            ):
                continue
            if name in found:
                raise ValueError(f"two datasets are called {name}: {found[name].__module__} and {module.name}")
            found[name] = kind
    return dict(sorted(found.items()))
