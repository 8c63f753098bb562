"""docs/glossary.md: every public name of strategies/base.py has an entry."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from longtail.strategies import base
from longtail.strategies.base import HOOKS, Strategy

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
IDENTIFIER = re.compile(r"\w+")


def types_of_base() -> set[str]:
    """Return the classes and type aliases that base.py defines, and those of `strategies` that it uses."""
    found = set()
    for node in ast.parse(Path(base.__file__).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("longtail.strategies"):
            found |= {alias.name for alias in node.names}
    return {name for name in found if not name.startswith("_") and not name.isupper()}


def explained() -> set[str]:
    """Return the words of the glossary that stand in backticks or in the first column of a table."""
    text = GLOSSARY.read_text(encoding="utf-8")
    first = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return set(IDENTIFIER.findall(" ".join([*re.findall(r"`([^`\n]+)`", text), *first])))


NAMES = sorted(types_of_base() | {name for name in dir(Strategy) if not name.startswith("_")} | set(HOOKS))


def test_the_names_are_those_of_the_base() -> None:
    assert {"Strategy", "Fit", "Scores", "Batch", "paper", "why_skip", "acts", "decide"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_of_the_base_is_in_the_glossary(name: str) -> None:
    assert name in explained(), f"docs/glossary.md lacks {name}"
