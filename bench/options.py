"""Options that several commands share, and what they ask for."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from rich.console import Console

from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import parse_chain
from longtail.bench.planning.overrides import Overrides, listed
from longtail.bench.suite import Suite, suite_named

Runs = Annotated[Path, typer.Option("--runs", help="Folder of runs.", envvar="LONGTAIL_RUNS")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
RunName = Annotated[str, typer.Argument(help="A run, a suite (its newest run), a path or 'latest'.")]
StrategyFile = Annotated[
    list[Path] | None, typer.Option("--strategy", help="A file with strategies of your own; it is run.", metavar="FILE")
]

SuiteName = Annotated[str, typer.Argument(help="A suite's name, or the path of its YAML file.")]
Datasets = Annotated[
    str | None, typer.Option(help="Only these, comma-separated; patterns as 'cat*' work.", metavar="NAMES")
]
Strategies = Annotated[str | None, typer.Option(help="Only these, and the baseline.", metavar="NAMES")]
Learners = Annotated[str | None, typer.Option(help="Only these.", metavar="NAMES")]
Seeds = Annotated[str | None, typer.Option(help="How many; or the seeds themselves, as [3,4].", metavar="COUNT")]
TimeLimit = Annotated[str | None, typer.Option(help="For each cell: 60, 90s, 5m.", metavar="TIME")]
MemoryLimit = Annotated[str | None, typer.Option(help="For each cell: 4GiB.", metavar="SIZE")]
Budget = Annotated[str | None, typer.Option(help="For the whole run: 30m, 2h.", metavar="TIME")]
Rows = Annotated[int | None, typer.Option(help="At most so many training rows.", metavar="N")]
Device = Annotated[str | None, typer.Option(help="cpu, cuda or auto.", metavar="NAME")]
Jobs = Annotated[int | None, typer.Option(help="Cells at a time; by default one a core.", metavar="N")]
Data = Annotated[Path | None, typer.Option(help="A CSV or Parquet file of your own clicks.", metavar="FILE")]
Target = Annotated[str | None, typer.Option(help="Its column that says the class.", metavar="COLUMN")]
Time = Annotated[str | None, typer.Option(help="Its column with the time, to split by.", metavar="COLUMN")]
Group = Annotated[str | None, typer.Option(help="Its column with the user or session.", metavar="COLUMN")]

MESSAGES = Console(stderr=True, soft_wrap=True)


def say(text: str) -> None:
    """A message for people, to standard error."""
    MESSAGES.print(text, markup=False, highlight=False)


def say_json(value: Any) -> None:
    """The one document on standard output."""
    typer.echo(json.dumps(value, indent=1, default=str))


@dataclass(frozen=True)
class Asked:
    """A suite as the command line changes it. Texts as typed; None: as the suite says."""

    suite: SuiteName = "quick"
    datasets: Datasets = None
    strategies: Strategies = None
    learners: Learners = None
    seeds: Seeds = None
    time_limit: TimeLimit = None
    memory_limit: MemoryLimit = None
    budget: Budget = None
    rows: Rows = None
    device: Device = None
    jobs: Jobs = None
    data: Data = None
    target: Target = None
    time: Time = None
    group: Group = None
    strategy: StrategyFile = None

    @property
    def strategy_files(self) -> tuple[Path, ...]:
        return tuple(self.strategy or ())

    def suite_wanted(self) -> Suite:
        """The suite with all that was asked for; loads strategy files."""
        own = self._own_strategies()
        suite = suite_named(self.suite)
        keys: dict[str, Any] = {
            "time_limit": self.time_limit,
            "memory_limit": self.memory_limit,
            "budget": self.budget,
            "rows": self.rows,
            "device": self.device,
            "jobs": self.jobs,
            "seeds": None if self.seeds is None else _seeds(self.seeds),
        }
        keys = {key: value for key, value in keys.items() if value is not None}
        datasets = listed(self.datasets)
        if self.data is not None:
            datasets = (own_data(self.data, self.target, self.time, self.group), *(datasets or ()))
            keys |= {"name": f"own-{re.sub(r'[^A-Za-z0-9]+', '-', self.data.stem).strip('-') or 'data'}"}
            say(f"{self.data}: {_what_runs(datasets[0], suite, keys.get('rows', suite.rows))}")
        elif self.target or self.time or self.group:
            raise ConfigurationError(
                "--target, --time and --group name columns of the file that --data names: it is missing"
            )
        strategies = listed(self.strategies)
        if own and strategies is None and not _names(suite) & set(own):
            strategies = tuple(own)  # the suite knows nothing of the file: what the file brings, and the baseline
        return Overrides(datasets, strategies, listed(self.learners), tuple(keys.items())).of(suite)

    def _own_strategies(self) -> list[str]:
        """Names that the user's files define; what is run is said."""
        if not self.strategy_files:
            return []
        from longtail.bench.registry import add_strategy_file

        names = []
        for path in self.strategy_files:
            found = add_strategy_file(path)
            say(f"{path}: run, it defines {', '.join(found)}")
            names += found
        return names


def takes_suite(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that `Asked` has in place of its first parameter, which is an `Asked`.

    Typer reads options off a function's signature; so the two commands that take a suite need not spell them out.
    """
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    hints = get_type_hints(Asked, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in dataclasses.fields(Asked)
    ]
    listed = [*shared, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own)]

    @functools.wraps(command)
    def called(**given: Any) -> None:
        asked = Asked(**{one.name: given.pop(one.name) for one in shared})
        command(asked, **given)

    called.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined] # what inspect looks for first
    called.__annotations__ = {one.name: one.annotation for one in listed}
    return called


def _names(suite: Suite) -> set[str]:
    """Names of the strategies that a suite's pairs are made of."""
    return {name for pair in suite.pairs for text in pair.strategies for name, _ in parse_chain(text)}


def _what_runs(text: str, suite: Suite, rows: int | None) -> str:
    """Which suite a user's file meets, and how many of its rows."""
    import numpy as np

    from longtail.bench.registry import source_named
    from longtail.datasets.real.file import File

    source = source_named(text)
    # read now: what can't be used is told once, and not by every cell
    source.load(np.random.SeedSequence(0))
    drawn = f"; {source.drawn()}" if isinstance(source, File) else ""
    cap = "no cap on the rows" if rows is None else f"at most {rows:,} rows (--rows changes it)"
    return f"the suite {suite.name} with this file in place of its datasets{drawn}; trained on are {cap}"


def own_data(data: Path, target: str | None, time: str | None, group: str | None) -> str:
    """The canonical text of the dataset that a user's file is."""
    from longtail.bench.registry import source_name, source_named

    if target is None:
        raise ConfigurationError(f"--data {data} needs --target, the column that says the class{_choices(data)}")
    columns = {"path": str(data), "target": target, "time": time, "group": group}
    return source_name(source_named(f"file({','.join(_given(columns))})"))


def _choices(data: Path) -> str:
    """What the columns are called, or why that can't be known."""
    from longtail.datasets.base import DatasetError
    from longtail.datasets.reading.tables import columns_of

    try:
        names = columns_of(data)
    except DatasetError as error:
        return f"; and {error}"
    return f": {', '.join(names[:20])}" + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _given(columns: dict[str, str | None]) -> list[str]:
    """Parameters as parts are named: texts in double quotes."""
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in columns.items() if value is not None]


def _seeds(text: str) -> Any:
    """A count or a list; anything else goes on as it is, to be refused with the suite's sentence."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
