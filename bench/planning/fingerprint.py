"""Fingerprint of a cell: a hash of the source that defines its result, and of the numeric packages' versions.

The hash covers syntax trees without docstrings and comments, including the longtail modules that a source imports; they
are read, not executed. Modules that only name, store, schedule or evaluate cells are left out.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import longtail.bench
import longtail.datasets
import longtail.reports
import longtail.strategies
from longtail.bench.cells import digest
from longtail.bench.errors import ConfigurationError
from longtail.bench.provenance import packages
from longtail.bench.sources import source_text

ALWAYS = ("longtail.bench.training.preparation", "longtail.bench.training.fitting", "longtail.bench.classifier")
"""modules that every cell uses, besides its dataset, strategy and learner"""
HARNESS = frozenset(
    f"longtail.{name}"
    for name in (
        "bench.registry",
        "bench.naming",
        "bench.errors",
        "bench.records",
        "bench.cells",
        "bench.store",
        "strategies.catalogue",
        "datasets.catalogue",
    )
)
"""modules that name, find or store things and do not change a result"""
FOLDERS = {
    package.__name__: Path(package.__path__[0])
    for package in (longtail.bench, longtail.strategies, longtail.datasets, longtail.reports)
}


@dataclass(frozen=True)
class Fingerprint:
    """Hash per module and version per package; `value` is the hash of all of them."""

    modules: dict[str, str]
    packages: dict[str, str]

    @cached_property
    def value(self) -> str:
        return digest({"modules": self.modules, "packages": self.packages}, 16)


def fingerprint_of(*parts: Any) -> Fingerprint:
    """Return the fingerprint of a cell from its strategy, learner and source of data.

    Raises ConfigurationError where the source of a module can't be found.
    """
    return of_modules(frozenset(name for part in parts for name in _modules_of(part)))


@cache
def of_modules(names: frozenset[str]) -> Fingerprint:
    """Return the fingerprint of modules that define cells, with all modules that they import."""
    reached: set[str] = set()
    waiting = [*sorted(names), *ALWAYS]
    while waiting:
        name = waiting.pop()
        if name in reached or name in HARNESS or _file(name) is None:
            continue
        reached.add(name)
        waiting.extend(_read(name).imports)
    return Fingerprint({name: _read(name).hash for name in sorted(reached)}, packages())


def differences(before: dict[str, Any], now: Fingerprint) -> list[str]:
    """Return sentences on the changes since a record whose provenance holds `modules` and `packages`."""
    said = []
    for what, old, new in (
        ("module", before.get("modules", {}), now.modules),
        ("package", before.get("packages", {}), now.packages),
    ):
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                said.append(f"{what} {name} is new")
            elif name not in new:
                said.append(f"{what} {name} is no longer used")
            elif old[name] != new[name]:
                said.append(
                    f"{what} {name} changed" + (f" from {old[name]} to {new[name]}" if what == "package" else "")
                )
    return said


@dataclass(frozen=True)
class _Source:
    hash: str
    imports: tuple[str, ...]


@cache
def _read(module: str) -> _Source:
    path = _file(module)
    if path is None:
        raise ConfigurationError(f"the source of {module} can't be found")
    tree = ast.parse(path.read_bytes())
    imports = tuple(sorted(set(_imports(tree))))
    return _Source(hashlib.sha256(source_text(tree).encode()).hexdigest()[:12], imports)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the longtail modules that a source imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("longtail."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "longtail":
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _file(module: str) -> Path | None:
    """Return the file of a longtail module or of a user's strategy file; None if there is no such module."""
    for package, folder in FOLDERS.items():
        if module == package or module.startswith(package + "."):
            path = folder.joinpath(*module.split(".")[2:])
            choices = (path.with_suffix(".py"), path / "__init__.py")
            return next((choice for choice in choices if choice.is_file()), None)
    loaded = getattr(sys.modules.get(module), "__file__", None)
    return Path(loaded) if loaded and not module.startswith("longtail.") else None


def _modules_of(part: Any) -> list[str]:
    inner = [name for piece in getattr(part, "parts", ()) for name in _modules_of(piece)]
    return [type(part).__module__, *inner]
