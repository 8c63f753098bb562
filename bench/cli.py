"""Entry point of the command `longtail`: registers the commands and turns errors into sentences and exit codes."""

from __future__ import annotations

from longtail.bench.environment import use_one_thread

use_one_thread()  # before anything loads numpy

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import traceback  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from typing import Annotated, Any  # noqa: E402

import typer  # noqa: E402

from longtail.bench import commands  # noqa: E402
from longtail.bench.environment import PARENT  # noqa: E402
from longtail.bench.errors import LongtailError  # noqa: E402

INTERRUPTED = 130

app = typer.Typer(
    name="longtail",
    help="Benchmark rebalancing strategies for long-tail click data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    """Benchmark rebalancing strategies for long-tail click data."""
    context.obj = {"debug": debug}


commands.register_all(app)


def call(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code."""
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
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader is gone: no error when Python flushes
        return 1
    except typer.TyperException as error:  # the words typed are not valid
        error.show()  # type: ignore[attr-defined] # every such exception has it
        return 1
    except Exception as error:
        return _unexpected(error, "--debug" in arguments)


def main() -> None:
    """Run the command of this process and exit; the `longtail` script calls it."""
    _end_with_parent()
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any) -> None:
        if category.__module__.startswith("longtail."):
            _say(str(message))  # without a line of code, which does not help the user
        else:
            shown(message, category, *where)

    warnings.showwarning = show  # type: ignore[assignment] # it passes other warnings on unchanged
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
    """End this process with the run that started it, if any."""
    if parent := os.environ.pop(PARENT, ""):
        from longtail.bench.execution.limits import die_with_parent

        die_with_parent(int(parent), signal.SIGTERM)


if __name__ == "__main__":
    main()
