"""`longtail why`: changes between the records of a cell and the present code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from longtail.bench import options
from longtail.bench.cells import Cell
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError
from longtail.bench.records import Record
from longtail.bench.runs import Run
from longtail.bench.store import Store


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[1])(why)


def why(
    cell: Annotated[str, typer.Argument(help="Id of a cell, or the start of it.")],
    strategy: options.StrategyFile = None,
    runs: options.Runs = Path("runs"),
    as_json: options.Json = False,
) -> None:
    """Explain why a cell would be fitted again, or why not: modules, packages and settings that changed."""
    from longtail.bench.registry import add_strategy_file

    for path in strategy or []:
        add_strategy_file(path)
    store = Store(runs)
    records = store.records(_whole_id(store, runs, cell))
    if not records:
        raise ConfigurationError(f"the cell {cell} has no record in {runs}: it is not fitted yet")
    now = _fingerprint(records[0])
    told = [
        {
            "fingerprint": record.fingerprint,
            "status": record.status,
            "started": record.provenance.get("started"),
            "current": record.fingerprint == now.value,
            "changes": _changes(record, now),
        }
        for record in records
    ]
    near = _siblings(store, records[0])
    if as_json:
        options.say_json(
            {"cell": records[0].cell, "identity": records[0].identity, "now": now.value, "records": told, "near": near}
        )
        return
    title = {key: value for key, value in records[0].identity.items() if key != "data"}
    typer.echo(
        f"{records[0].cell}: {', '.join(f'{key} {value}' for key, value in title.items() if value not in (None, {}))}"
    )
    for one in told:
        said = "the source is the same, `run` uses this record" if one["current"] else "; ".join(one["changes"])
        typer.echo(f"{one['fingerprint']} ({one['status']}, {one['started']}): {said}")
    for other in near:
        typer.echo(f"another cell with the same names: {other['cell']}: {'; '.join(other['changes'])}")


def _changes(record: Record, now: Any) -> list[str]:
    from longtail.bench.planning.fingerprint import differences

    return differences(record.provenance, now) if record.fingerprint != now.value else []


def _fingerprint(record: Record) -> Any:
    from longtail.bench.planning.fingerprint import fingerprint_of
    from longtail.bench.registry import learner_named, source_named, strategy_named

    cell = Cell(**record.identity)
    return fingerprint_of(
        strategy_named(cell.strategy), learner_named(cell.learner, cell.settings), source_named(cell.dataset)
    )


def _whole_id(store: Store, root: Path, begun: str) -> str:
    """Return the one cell id that starts with `begun`, among the records and the plan of the newest run.

    Raises ConfigurationError where no id starts with it, or more than one.
    """
    planned = [row.cell.id for row in Run.open(root).planned] if Run.all(root) else []
    found = sorted({cell for cell in (*store.cells(), *planned) if cell.startswith(begun)})
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigurationError(
            f"no cell in {root} has an id that starts with {begun!r}; `longtail status --json` lists ids"
        )
    raise ConfigurationError(
        f"the ids of {len(found)} cells start with {begun!r}: {', '.join(found[:5])}; give more of the id"
    )


def _siblings(store: Store, record: Record) -> list[dict[str, Any]]:
    """Return cells with the same names and seed that differ in data, settings, device or rows."""
    names = ("dataset", "strategy", "learner", "seed")
    near = []
    for cell in store.cells():
        if cell == record.cell or not (others := store.records(cell)):
            continue
        other = others[0].identity
        if all(other[name] == record.identity[name] for name in names):
            changes = [
                f"{key} is {_short(other[key])}, not {_short(value)}"
                for key, value in record.identity.items()
                if other[key] != value
            ]
            near.append({"cell": cell, "changes": changes})
    return near


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) < 120 else f"{text[:117]}..."
