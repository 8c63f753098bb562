"""Sources as text of what they do: without comments, layout, docstrings and what a part says about itself."""

from __future__ import annotations

import ast

SAID = frozenset({"paper", "grid", "effort", "quick"})
"""class variables of strategies and learners that no fit reads: citation, values to tune, fields that set effort,
settings for checks"""
ESTIMATE = ("seconds", "self", "rows", "classes")
"""name and arguments of the method with which a learner estimates its time for the plan"""


def source_text(tree: ast.AST) -> str:
    """Return a source as text without comments, layout, docstrings, SAID fields and estimates; changes the tree."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                kept = [s for s in statements if not _is_text(s) and not (isinstance(node, ast.ClassDef) and _said(s))]
                setattr(node, name, kept)
    return ast.dump(tree)


def _said(statement: ast.stmt) -> bool:
    """Return whether a statement of a class is a field or an estimate that no fit reads."""
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
