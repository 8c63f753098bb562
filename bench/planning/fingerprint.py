"""Fingerprint of a cell: a hash of the source that defines its result, and of the numeric packages' versions.

Source enters as syntax trees without docstrings and comments, with the longtail modules that it imports, found by
reading and not by running them. What only names, stores, schedules or evaluates cells does not enter.
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

ALWAYS = ("longtail.bench.training.preparation", "longtail.bench.training.fitting", "longtail.bench.classifier")
"""what every cell goes through, beside its dataset, strategy and learner"""
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
"""modules that name, find or keep things and don't change a number"""
SAID = frozenset({"paper", "grid", "effort"})
"""class variables of strategies and learners that no fit looks at: citation, values to tune, what doubles training"""
ESTIMATE = ("seconds", "self", "rows", "classes")
"""a learner's estimate for the plan, and its arguments"""
FOLDERS = {
    package.__name__: Path(package.__path__[0])
    for package in (longtail.bench, longtail.strategies, longtail.datasets, longtail.reports)
}


@dataclass(frozen=True)
class Fingerprint:
    """Hash by module and version by package; `value` is the hash of them all."""

    modules: dict[str, str]
    packages: dict[str, str]

    @cached_property
    def value(self) -> str:
        return digest({"modules": self.modules, "packages": self.packages}, 16)


def fingerprint_of(*parts: Any) -> Fingerprint:
    """Fingerprint of a cell made of a strategy, a learner and a source of data."""
    return of_modules(frozenset(name for part in parts for name in _modules_of(part)))


@cache
def of_modules(names: frozenset[str]) -> Fingerprint:
    """Fingerprint of the modules that define cells, with all that they import."""
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
    """Sentences on what changed since a record whose provenance holds `modules` and `packages`."""
    said = []
    for what, old, new in (
        ("module", before.get("modules", {}), now.modules),
        ("package", before.get("packages", {}), now.packages),
    ):
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                said.append(f"{what} {name} is new")
            elif name not in new:
                said.append(f"{what} {name} is used no more")
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


def source_text(tree: ast.AST) -> str:
    """What is left of a source without comments, layout, docstrings and what is said about a part; changes the tree."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                kept = [s for s in statements if not _is_text(s) and not (isinstance(node, ast.ClassDef) and _said(s))]
                setattr(node, name, kept)
    return ast.dump(tree)


def _said(statement: ast.stmt) -> bool:
    """Whether a class says here something about itself that no fit looks at."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id in SAID and "ClassVar" in ast.dump(statement.annotation)
    return (
        isinstance(statement, ast.FunctionDef)
        and statement.name == ESTIMATE[0]
        and _arguments(statement) == ESTIMATE[1:]
    )


def _arguments(function: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(argument.arg for argument in function.args.args)


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Longtail modules that a source imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("longtail."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "longtail":
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _file(module: str) -> Path | None:
    """The file of a module of longtail, or of a strategy file that the user named; None if it is no module."""
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
