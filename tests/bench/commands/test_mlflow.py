"""`longtail mlflow`: what is said, and with which exit code."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from longtail.bench.cli import call
from longtail.bench.commands import mlflow
from longtail.bench.commands.mlflow import pages
from longtail.bench.publishing.place import sqlite
from longtail.bench.publishing.views import OVER_TIME, newest_id
from longtail.bench.runs import Run

# MLflow 3.17 uses a part of SQLAlchemy that 2.1 is going to drop
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_sync_says_what_it_has_written(
    make_run: Callable[..., Run], database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run({"none": 1.0})
    assert call(["mlflow", "sync", run.name, "--runs", str(tmp_path)]) == 0
    # the run, 3 cells, means of none and of two references, and what concludes it
    assert f"MLflow is up to date: 8 entries written to sqlite:///{tmp_path}/mlflow.db" in said(capsys)
    assert call(["mlflow", "sync", "--runs", str(tmp_path)]) == 0
    assert "0 entries written" in said(capsys)


def test_unknown_run_is_one_sentence(
    make_run: Callable[..., Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run({"none": 1.0})
    assert call(["mlflow", "sync", "tniy", "--runs", str(tmp_path)]) == 1
    assert "did you mean 'tiny'" in said(capsys)


@pytest.mark.parametrize("uri", ["mlruns", "file:///tmp/mlruns"])
def test_bad_address_is_one_sentence(
    make_run: Callable[..., Run],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    uri: str,
) -> None:
    make_run({"none": 1.0})
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert call(["mlflow", "sync", "--runs", str(tmp_path)]) == 1
    assert said(capsys).startswith(f"longtail: MLFLOW_TRACKING_URI is '{uri}': give a server")


def test_server_that_does_not_answer_is_one_sentence(
    make_run: Callable[..., Run], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run({"none": 1.0})
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
        assert call(["mlflow", "sync", "--runs", str(tmp_path)]) == 1
    assert said(capsys) == f"longtail: MLflow at {address} does not answer within 1 s"


def test_page_of_a_folder_without_anything_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert call(["mlflow", "ui", "--runs", str(tmp_path)]) == 1
    assert "nothing is published yet" in said(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("database")
def test_taken_port_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert call(["mlflow", "ui", "--runs", str(tmp_path), "--port", str(port)]) == 1
    assert f"port {port} on 127.0.0.1 is taken: choose another with --port" in said(capsys)


def test_page_of_a_server_is_named_and_not_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://me:secret@mlflow.example")
    assert call(["mlflow", "ui", "--runs", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "MLflow is at https://***@mlflow.example\n"


def test_addresses_lead_to_the_experiment_and_the_newest_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mlflow, "_experiment", lambda base, name: "7")
    text = pages(sqlite(tmp_path / "mlflow.db"), 5001)
    page = "  http://127.0.0.1:5001/#/experiments/7/runs?workflowType=machine_learning&viewStateShareKey="
    assert f"{page}{newest_id()}\n" in text
    assert f"{page}{OVER_TIME.id}\n" in text


def test_no_store_stands_on_a_command_line(tmp_path: Path) -> None:
    place = sqlite(tmp_path / "mlflow.db")
    assert not any(place.uri in word for word in mlflow._server(place, 5001))
    assert mlflow._environment(place)["MLFLOW_BACKEND_STORE_URI"] == place.uri
    assert mlflow._environment(place)["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_nothing_but_the_publishing_process_imports_mlflow() -> None:
    modules = "longtail.bench.commands.mlflow, longtail.bench.publishing.summary"
    code = f"import sys, {modules}; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("database")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_page_answers_on_this_machine_and_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "longtail.bench.cli", "mlflow", "ui", "--runs", str(tmp_path), "--port", str(port)]
    page = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert page.stdout is not None
    limit = threading.Timer(100, page.kill)
    limit.start()
    try:
        assert f"  http://127.0.0.1:{port}/#/experiments/" in page.stdout.readline()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert b"MLflow" in answer.read()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((_own_address(), port), 5).close()
        page.send_signal(number)
        assert page.wait(40) == (-number if number == signal.SIGKILL else 130)
    finally:
        limit.cancel()
        page.kill()
        page.wait()
        page.stdout.close()
    until = time.monotonic() + 20
    while _listening(port) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _listening(port)


def _own_address() -> str:
    """An address of this machine beside 127.0.0.1: all of 127.* is its own on Linux."""
    return "127.0.0.2" if os.uname().sysname == "Linux" else socket.gethostbyname(socket.gethostname())


def _listening(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
