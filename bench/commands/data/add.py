"""`longtail data add`: register a copy of a public dataset that the user has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.bench.errors import ConfigurationError

if TYPE_CHECKING:
    from longtail.datasets.base import Origin


def add(
    name: Annotated[str, typer.Argument(help="A dataset, as `longtail list datasets` names it.")],
    path: Annotated[Path, typer.Argument(help="Its file, or the folder that holds its files.")],
) -> None:
    """Check a copy of a public dataset and keep it in the cache, so that suites can name it."""
    origin = origin_of(name)
    if origin is None:
        raise ConfigurationError(
            f"{name} comes with longtail and the packages that it needs: there is nothing to add; your own table is "
            "run by `longtail run --data FILE --target COLUMN`"
        )
    typer.echo(origin.add(path.expanduser()))


def origin_of(name: str) -> Origin | None:
    """Where the rows of a dataset come from, by its name, whatever its parameters; None where nothing is to bring."""
    from longtail.bench.naming import nearest, parse
    from longtail.datasets.catalogue import source_classes

    known = source_classes()
    bare, _ = parse(name)
    if bare not in known:
        outside = [each for each, kind in known.items() if getattr(kind, "origin", None) is not None]
        raise ConfigurationError(
            f"no dataset is called {bare!r}{nearest(bare, known)}; to bring are {', '.join(outside)}"
        )
    found: Origin | None = getattr(known[bare], "origin", None)
    return found
