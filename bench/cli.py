"""The command `longtail`: finds the commands, and turns what goes wrong into one sentence and an exit code."""

from __future__ import annotations

from longtail.bench.environment import use_one_thread

use_one_thread()  # before anything loads numpy

import importlib  # noqa: E402
import importlib.util  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import traceback  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from typing import Annotated, Any  # noqa: E402

import typer  # noqa: E402

from longtail.bench.environment import PARENT  # noqa: E402
from longtail.bench.errors import LongtailError  # noqa: E402

COMMANDS = (
    "list_",
    "plan",
    "run",
    "status",
    "report",
    "compare",
    "history",
    "baseline",
    "mlflow",
    "why",
    "check",
    "tune",
    "export",
    "data",
    "prune",
    "doctor",
)
INTERRUPTED = 130
# typer brings a copy of Click under a private name: what it raises on wrong words is read off what it exports
WRONG_WORDS = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="longtail",
    help="Benchmark of rebalancing strategies for long-tail click data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Benchmark of rebalancing strategies for long-tail click data."""
    context.obj = {"debug": debug}


for command in COMMANDS:
    if importlib.util.find_spec(f"longtail.bench.commands.{command}") is not None:
        importlib.import_module(f"longtail.bench.commands.{command}").register(app)


def call(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit code."""
    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="longtail", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (typer.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except LongtailError as error:
        _say(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads: say nothing when Python flushes
        return 1
    except Exception as error:
        if isinstance(error, WRONG_WORDS):
            error.show()  # type: ignore[attr-defined] # every exception of Click has it
            return 1
        return _unexpected(error, "--debug" in arguments)


def main() -> None:
    """What the `longtail` script calls."""
    _end_with_parent()
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any) -> None:
        if category.__module__.startswith("longtail."):
            _say(str(message))  # for the user, who has no use for a line of code
        else:
            shown(message, category, *where)

    warnings.showwarning = show  # type: ignore[assignment] # it passes the rest on as it got it
    sys.exit(call(sys.argv[1:]))


def _unexpected(error: Exception, debug: bool) -> int:
    from longtail.datasets.base import DatasetError
    from longtail.strategies.catalogue import CatalogueError

    if isinstance(error, DatasetError | CatalogueError):
        _say(str(error))
    elif debug:
        traceback.print_exception(error)
    else:
        with tempfile.NamedTemporaryFile("w", prefix="longtail-", suffix=".txt", delete=False) as file:
            traceback.print_exception(error, file=file)
        _say(f"unexpected {type(error).__name__}: {' '.join(str(error).split())}; the traceback is in {file.name}")
    return 1


def _say(text: str) -> None:
    typer.echo(f"longtail: {text}", err=True)


def _end_with_parent() -> None:
    """A process that a run has started ends with it."""
    if parent := os.environ.pop(PARENT, ""):
        from longtail.bench.execution.limits import die_with_parent

        die_with_parent(int(parent), signal.SIGTERM)


if __name__ == "__main__":
    main()
