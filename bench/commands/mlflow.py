"""`longtail mlflow`: publish runs in MLflow, and open its page."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event
from typing import Annotated, NoReturn
from urllib.parse import quote

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError, StoreError, TrackingError
from longtail.bench.execution.limits import die_with_parent
from longtail.bench.publishing.place import Place, place_of
from longtail.bench.publishing.views import OVER_TIME, newest_id
from longtail.bench.runs import Run

HOST = "127.0.0.1"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""opener for addresses of this machine; it ignores proxies of the environment"""
PATIENCE = 90.0
"""seconds within which MLflow's server must answer for the first time"""


def register(app: typer.Typer) -> None:
    """Add the commands to longtail's."""
    group = typer.Typer(help="Publish runs in MLflow, and open its page.", no_args_is_help=True)
    group.command("sync")(sync)
    group.command("ui")(ui)
    app.add_typer(group, name="mlflow", rich_help_panel=PANELS[1])


def sync(
    run: options.RunName = "latest",
    follow: Annotated[bool, typer.Option("--follow", help="Continue until the run ends.")] = False,
    runs: options.Runs = Path("runs"),
) -> None:
    """Publish in MLflow all entries of a run that it does not have yet.

    The store is a database in the folder of runs, or the one that MLFLOW_TRACKING_URI names.
    """
    opened = Run.open(runs, run)
    place = place_of(opened.path.parent)
    stop = Event()
    if follow:
        os.nice(10)  # cells have priority
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    from longtail.bench.publishing import sync

    done = sync.sync(opened, follow, options.say, stop.is_set)
    reused = f", {done.reused} cells are listed under earlier runs" if done.reused else ""
    words = "is up to date" if done.status == "FINISHED" else "has all results so far"
    options.say(
        f"MLflow {words}: {done.written} entries written to {place.shown}{reused}; `longtail mlflow ui` shows them"
    )


def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 5000,
    runs: options.Runs = Path("runs"),
) -> None:
    """Serve MLflow's page on this machine until Ctrl-C."""
    place = place_of(runs)
    if place.is_server:
        typer.echo(f"MLflow is at {place.shown}")
        return
    if place.database is not None and not place.database.is_file():
        raise TrackingError(
            f"nothing is published yet in {place.database}; publish by `longtail run` or `longtail mlflow sync RUN`"
        )
    if _taken(port):
        raise ConfigurationError(f"port {port} on {HOST} is taken: choose another with --port")
    log = runs / "mlflow-ui.log"
    server = _started(place, port, log)
    signal.signal(signal.SIGTERM, _leave)
    try:
        _wait(server, port, log)
        typer.echo(pages(place, port))
        raise typer.Exit(server.wait())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        _end(server)


def pages(place: Place, port: int) -> str:
    """Return the addresses of pages that a server on this machine shows, as text."""
    base = f"http://{HOST}:{port}"
    number = _experiment(base, place.experiment)
    if number is None:
        return f"MLflow: {base}"
    view = f"{base}/#/experiments/{number}/runs?workflowType=machine_learning&viewStateShareKey="
    return (
        f"strategies of the newest run, by macro AP:  {view}{newest_id()}\n"
        f"runs over time:  {view}{OVER_TIME.id}\n"
        f"more views are in the menu Views; Ctrl-C stops the server"
    )


def _started(place: Place, port: int, log: Path) -> subprocess.Popen[bytes]:
    command, environment, this = _server(place, port), _environment(place), os.getpid()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as said:
            return subprocess.Popen(
                command,
                env=environment,
                start_new_session=True,
                stdout=said,
                stderr=said,
                preexec_fn=lambda: die_with_parent(this, signal.SIGTERM),  # noqa: PLW1509 # this process has one thread
            )
    except OSError as error:
        raise StoreError(f"can't write {log}: {error.strerror}; --runs names another folder") from error


def _server(place: Place, port: int) -> list[str]:
    artifacts = [] if place.artifacts is None else ["--default-artifact-root", place.artifacts.as_uri()]
    address = ["--host", HOST, "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "server", *artifacts, *address]


def _environment(place: Place) -> dict[str, str]:
    """Return the environment, which names the store: others can read a command line, and it may hold a password."""
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}
    unused = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    return quiet | unused | dict(os.environ) | {"MLFLOW_BACKEND_STORE_URI": place.uri}


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise TrackingError(
                f"MLflow's server ended before it answered, with exit code {server.returncode}; see {log}"
            )
        if _answers(port):
            return
        time.sleep(0.2)
    raise TrackingError(f"MLflow's server did not answer on port {port} within {PATIENCE:.0f} s; see {log}")


def _answers(port: int) -> bool:
    try:
        with DIRECT.open(f"http://{HOST}:{port}/health", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError:
            return True
    return False


def _experiment(base: str, name: str) -> str | None:
    """Return the number of an experiment, or None if it does not exist yet."""
    address = f"{base}/api/2.0/mlflow/experiments/get-by-name?experiment_name={quote(name)}"
    try:
        with DIRECT.open(address, timeout=10) as answer:
            return str(json.load(answer)["experiment"]["experiment_id"])
    except urllib.error.HTTPError:
        return None


def _leave(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its workers, which form a process group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            return
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            continue
