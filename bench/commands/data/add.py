"""`longtail data add`: register the user's copy of a public dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.bench.errors import ConfigurationError

if TYPE_CHECKING:
    from longtail.datasets.base import Origin


def add(
    name: Annotated[str, typer.Argument(help="Dataset, as `longtail list datasets` names it.")],
    path: Annotated[Path, typer.Argument(help="Its file, or the folder with its files.")],
) -> None:
    """Verify a copy of a public dataset and keep it in the cache, so that suites can use it."""
    origin = origin_of(name)
    if origin is None:
        raise ConfigurationError(
            f"{name} comes with longtail or a package that it needs: there is nothing to add; to run your own table, "
            "use `longtail run --data FILE --target COLUMN`"
        )
    typer.echo(origin.add(path.expanduser()))


def origin_of(name: str) -> Origin | None:
    """Return the origin of a dataset's rows by its name, with or without parameters; None where it needs no files.

    Raises ConfigurationError where no dataset has that name.
    """
    from longtail.bench.naming import nearest, parse
    from longtail.datasets.catalogue import source_classes

    known = source_classes()
    bare, _ = parse(name)
    if bare not in known:
        outside = [each for each, kind in known.items() if getattr(kind, "origin", None) is not None]
        raise ConfigurationError(
            f"no dataset is called {bare!r}{nearest(bare, known)}; those to fetch or add are {', '.join(outside)}"
        )
    found: Origin | None = getattr(known[bare], "origin", None)
    return found
