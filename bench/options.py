"""Options that several commands share, and the suite that they describe."""

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
from longtail.bench.suite import Suite, suite_named, suite_names


def _suites(incomplete: str) -> list[str]:
    """Return the suites whose names start with what was typed, for the shell's completion."""
    return [name for name in suite_names() if name.startswith(incomplete)]


Runs = Annotated[Path, typer.Option("--runs", help="Folder of runs.", envvar="LONGTAIL_RUNS")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
RunName = Annotated[str, typer.Argument(help="Run, suite (its newest run), path or 'latest'.")]
StrategyFile = Annotated[
    list[Path] | None, typer.Option("--strategy", help="File with your own strategies; it is executed.", metavar="FILE")
]

SuiteName = Annotated[str, typer.Argument(autocompletion=_suites, help="Name of a suite, or path of its YAML file.")]
Datasets = Annotated[
    str | None,
    typer.Option(help="Only these datasets, comma-separated; patterns such as 'cat*' work.", metavar="NAMES"),
]
Strategies = Annotated[str | None, typer.Option(help="Only these strategies and the baseline.", metavar="NAMES")]
Learners = Annotated[str | None, typer.Option(help="Only these learners.", metavar="NAMES")]
Seeds = Annotated[str | None, typer.Option(help="Number of seeds, or a list such as [3,4].", metavar="COUNT")]
TimeLimit = Annotated[str | None, typer.Option(help="Time limit per cell: 60, 90s, 5m.", metavar="TIME")]
MemoryLimit = Annotated[str | None, typer.Option(help="Memory limit per cell: 4GiB.", metavar="SIZE")]
Budget = Annotated[str | None, typer.Option(help="Time for the whole run: 30m, 2h.", metavar="TIME")]
Rows = Annotated[int | None, typer.Option(help="Largest number of training rows.", metavar="N")]
Device = Annotated[str | None, typer.Option(help="Device: cpu, cuda or auto.", metavar="NAME")]
Jobs = Annotated[int | None, typer.Option(help="Cells in parallel; by default one per core.", metavar="N")]
Data = Annotated[Path | None, typer.Option(help="CSV or Parquet file with your own clicks.", metavar="FILE")]
Target = Annotated[str | None, typer.Option(help="Column of the file with the class.", metavar="COLUMN")]
Time = Annotated[str | None, typer.Option(help="Column of the file with the time, to split by.", metavar="COLUMN")]
Group = Annotated[str | None, typer.Option(help="Column of the file with the user or session.", metavar="COLUMN")]

MESSAGES = Console(stderr=True, soft_wrap=True)


def say(text: str) -> None:
    """Print a message for people on standard error."""
    MESSAGES.print(text, markup=False, highlight=False)


def say_json(value: Any) -> None:
    """Print a value as the one JSON document on standard output."""
    typer.echo(json.dumps(value, indent=1, default=str))


@dataclass(frozen=True)
class Asked:
    """Options of a command that takes a suite, as typed; None keeps the value of the suite."""

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
        """Return the suite with the changes that the options ask for; runs the strategy files.

        Raises ConfigurationError where an option is not valid.
        """
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
                "--target, --time and --group name columns of the file that --data names, and --data is missing"
            )
        strategies = listed(self.strategies)
        if own and strategies is None and not _names(suite) & set(own):
            strategies = tuple(own)  # the suite does not name them: run the file's strategies and the baseline
        return Overrides(datasets, strategies, listed(self.learners), tuple(keys.items())).of(suite)

    def _own_strategies(self) -> list[str]:
        """Run the user's strategy files with a message each, and return the names that they define."""
        if not self.strategy_files:
            return []
        from longtail.bench.registry import add_strategy_file

        names = []
        for path in self.strategy_files:
            found = add_strategy_file(path)
            say(f"{path} was run; it defines {', '.join(found)}")
            names += found
        return names


def takes_suite(command: Callable[..., None]) -> Callable[..., None]:
    """Replace the first parameter of a command, which is an `Asked`, by the options that `Asked` has.

    Typer reads options from the signature of a function, so the commands that take a suite need not repeat them.
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

    called.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined] # inspect reads it first
    called.__annotations__ = {one.name: one.annotation for one in listed}
    return called


def _names(suite: Suite) -> set[str]:
    """Return the names of the strategies in a suite's pairs."""
    return {name for pair in suite.pairs for text in pair.strategies for name, _ in parse_chain(text)}


def _what_runs(text: str, suite: Suite, rows: int | None) -> str:
    """Return a sentence on the suite that runs on a user's file, and the number of its rows."""
    import numpy as np

    from longtail.bench.registry import source_named
    from longtail.datasets.real.file import File

    source = source_named(text)
    # read now, so that an error is reported once and not by every cell
    source.load(np.random.SeedSequence(0))
    drawn = f"; {source.drawn()}" if isinstance(source, File) else ""
    cap = "all rows" if rows is None else f"at most {rows:,} rows (--rows changes it)"
    return f"the suite {suite.name} with this file in place of its datasets{drawn}; training uses {cap}"


def own_data(data: Path, target: str | None, time: str | None, group: str | None) -> str:
    """Return the canonical text of the dataset that a user's file makes.

    Raises ConfigurationError without a target.
    """
    from longtail.bench.registry import source_name, source_named

    if target is None:
        raise ConfigurationError(f"--data {data} needs --target, the column that says the class{_choices(data)}")
    columns = {"path": str(data), "target": target, "time": time, "group": group}
    return source_name(source_named(f"file({','.join(_given(columns))})"))


def _choices(data: Path) -> str:
    """Return the names of the columns, or the reason why they can't be read, for an error message."""
    from longtail.datasets.base import DatasetError
    from longtail.datasets.reading.tables import columns_of

    try:
        names = columns_of(data)
    except DatasetError as error:
        return f"; and {error}"
    return f": {', '.join(names[:20])}" + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _given(columns: dict[str, str | None]) -> list[str]:
    """Return parameters as in the names of parts, with texts in double quotes."""
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in columns.items() if value is not None]


def _seeds(text: str) -> Any:
    """Return a count or a list; other values are returned as they are, for the suite to refuse."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
