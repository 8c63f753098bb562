"""`longtail data describe`: profile of a dataset, its problems, and their consequences for strategies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.errors import ConfigurationError, StoreError

FILES = {".csv", ".tsv", ".txt", ".parquet", ".pq", ".data"}


def describe(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME|FILE", help="Dataset, as `longtail list datasets` names it, or your own file."),
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of generated datasets; each seed gives other rows.", min=0)] = 0,
    data: options.Data = None,
    target: options.Target = None,
    time: options.Time = None,
    group: options.Group = None,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page with charts to this file.", metavar="FILE")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Profile a dataset: classes, imbalance, leakage, duplicates, drift, gaps, and consequences for strategies.

    The profile is printed. With --html it is also written as a page, whose path is shown on standard error.
    """
    text = _wanted(name, data, target, time, group)
    if html is not None:
        _writable(html)
    from longtail.bench.profile.advice import advice_for
    from longtail.bench.profile.profile import profiled
    from longtail.bench.profile.profile_text import lines_of

    profile = profiled(text, seed)
    if html is not None:
        # before anything is printed: the reader of a pipe may close it early
        from longtail.bench.profile.page import write_page

        options.say(f"page: {write_page(profile, html)}")
    if as_json:
        import dataclasses

        advice = [dataclasses.asdict(each) for each in advice_for(profile)]
        options.say_json(profile.document() | {"advice": advice})
    else:
        for line in lines_of(profile):
            typer.echo(line)


def _wanted(name: str, data: Path | None, target: str | None, time: str | None, group: str | None) -> str:
    """Return the text of the dataset, given by name or by file. Raises ConfigurationError where it is not clear."""
    if data is not None and name:
        raise ConfigurationError(f"name one dataset only: {name!r} and --data {data} are two")
    if data is None and _is_file(name):
        data = Path(name)
    if data is not None:
        return options.own_data(data, target, time, group)
    if target or time or group:
        raise ConfigurationError(
            "--target, --time and --group name columns of your own file; name it too: longtail data describe FILE"
        )
    if not name:
        raise ConfigurationError("name a dataset, as `longtail list datasets` shows them, or a CSV or Parquet file")
    return name


def _is_file(name: str) -> bool:
    """Return whether a word is a path rather than the name of a dataset."""
    from longtail.datasets.catalogue import source_classes

    if not name or "(" in name or name in source_classes():
        return False
    return Path(name).suffix.lower() in FILES or os.sep in name or Path(name).exists()


def _writable(path: Path) -> None:
    """Raise StoreError before anything is computed, if the page can't be written."""
    if path.is_dir() or not path.parent.is_dir():
        what = "a folder" if path.is_dir() else f"in {path.parent}, which is not a folder"
        raise StoreError(f"the page can't be written to {path}: it is {what}")
