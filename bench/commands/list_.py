"""`longtail list`: strategies, datasets, learners and suites."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from longtail.bench import options
from longtail.bench.commands import PANELS


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command("list", rich_help_panel=PANELS[2])(list_)


def list_(
    what: Annotated[
        Literal["strategies", "datasets", "learners", "suites"], typer.Argument(help="What to list.")
    ] = "strategies",
    strategy: options.StrategyFile = None,
    as_json: options.Json = False,
    into: Annotated[
        Path | None, typer.Option(help="Write the strategies as a Markdown table into this document, at its marks.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="With --into: only check that the table there is current.")
    ] = False,
) -> None:
    """List strategies, datasets, learners or suites."""
    if into is not None or check:
        _document(what, into, check)
        return
    kinds = {"datasets": _datasets, "learners": _learners, "suites": _suites}
    rows = _strategies(strategy or []) if what == "strategies" else kinds[what]()
    if as_json:
        options.say_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    shown = [key for key in rows[0] if key not in HIDDEN]
    for key in shown:
        table.add_column(key, no_wrap=key in ("name", "family"))
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in shown))
    Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDE).print(table)


def _document(what: str, into: Path | None, check: bool) -> None:
    from longtail.bench import strategy_table
    from longtail.bench.errors import ConfigurationError
    from longtail.bench.registry import learner_classes

    if into is None or what != "strategies":
        raise ConfigurationError("--into DOCUMENT is only for `longtail list strategies`, and --check needs --into")
    table = strategy_table.markdown(_strategies([]), learner_classes())
    (strategy_table.check if check else strategy_table.write)(into, table)


WIDE = 240
"""characters per line where output is not a terminal"""
HIDDEN = {"parameters", "reads", "grid", "honours", "paper", "choices", "absent"}
"""columns that only --json shows"""


def _strategies(files: list[Path]) -> list[dict[str, Any]]:
    from longtail.bench import registry
    from longtail.bench.planning.plan import known_beforehand
    from longtail.strategies.catalogue import family_of

    for path in files:
        registry.add_strategy_file(path)
    learners = {name: kind() for name, kind in registry.learner_classes().items()}
    rows = []
    for name, kind in registry.known_strategies().items():
        strategy = kind()
        fitting = [text for text, learner in learners.items() if known_beforehand(strategy, learner, 2) is None]
        rows.append(
            {
                "name": name,
                "family": family_of(kind),
                "hooks": [hook for hook in _hooks() if hook in strategy.acts],
                "learners": fitting,
                "idea": _first_line(kind),
                "paper": kind.paper,
                "reads": sorted(strategy.reads),
                "parameters": _parameters(kind),
                "grid": {key: list(values) for key, values in kind.grid.items()},
            }
        )
    return rows


def _hooks() -> tuple[str, ...]:
    from longtail.strategies.base import HOOKS

    return HOOKS


def _datasets() -> list[dict[str, Any]]:
    from longtail.datasets.catalogue import source_classes

    return [
        {
            "name": name,
            "generated": kind.generated,
            **_size(kind),
            "idea": _first_line(kind),
            "parameters": _parameters(kind),
            "choices": {key: list(values) for key, values in getattr(kind, "choices", {}).items()},
            "absent": _absent(kind),
        }
        for name, kind in source_classes().items()
    ]


def _size(kind: type[Any]) -> dict[str, int | None]:
    """Return rows and classes of a source, or None for both if it needs parameters."""
    needed = [f for f in dataclasses.fields(kind) if f.init and _default(f) is dataclasses.MISSING]
    rows, classes = (None, None) if needed else kind().size()
    return {"rows": rows, "classes": classes}


def _absent(kind: type[Any]) -> str | None:
    """Return the sentence with the command to run, where the user has to bring the rows of a source; else None."""
    from longtail.bench.planning.plan import absent

    return absent(kind)


def _learners() -> list[dict[str, Any]]:
    from longtail.bench.registry import learner_classes

    return [
        {
            "name": name,
            "idea": _first_line(kind),
            "honours": sorted(kind.honours),
            "parameters": _parameters(kind),
            "grid": {key: list(values) for key, values in kind.grid.items()},
        }
        for name, kind in learner_classes().items()
    ]


def _suites() -> list[dict[str, Any]]:
    from longtail.bench.suite import suite_named, suite_names

    found = []
    for name in suite_names():
        suite = suite_named(name)
        found.append(
            {"name": name, "datasets": suite.datasets, "seeds": list(suite.seed_list), "idea": suite.description}
        )
    return found


def _parameters(kind: type[Any]) -> dict[str, Any]:
    """Return parameters with their defaults; None also stands for a required parameter."""
    values = {f.name: _default(f) for f in dataclasses.fields(kind) if f.init}
    return {name: None if value is dataclasses.MISSING else value for name, value in values.items()}


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default


def _first_line(kind: type[Any]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
