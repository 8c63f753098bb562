"""The command `longtail run` in processes of its own: killed, interrupted, repeated."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from longtail.bench.execution.lock import locked
from longtail.bench.execution.runner import RunRequest, execute
from longtail.bench.runs import Run
from longtail.bench.suite import suite_from

FILE = Path(__file__).with_name("misbehaving.py")
SUITE = {
    "name": "s",
    "datasets": ["ctr(rows=600,test_rows=400)"],
    "pairs": [{"strategies": ["none", *(f"sleeps(seconds=0.{n})" for n in range(1, 7))], "learners": ["logistic"]}],
    "seeds": 1,
    "jobs": 2,
}


@pytest.fixture
def start(tmp_path):
    """Starts `longtail run` on a suite in tmp_path, as a shell would."""
    path = tmp_path / "s.yaml"
    path.write_text(json.dumps(SUITE))
    started = []

    def call(*words):
        command = [sys.executable, "-m", "longtail.bench.cli", "run", str(path), "--no-mlflow", "--strategy", str(FILE)]
        process = subprocess.Popen(
            [*command, "--runs", str(tmp_path / "runs"), *words],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


def records(tmp_path):
    """What is finished; a record that says `interrupted` is replaced by the next run."""
    found = (tmp_path / "runs" / "cells").glob("*/*/record.json")
    return {path: path.stat() for path in found if json.loads(path.read_text())["status"] == "done"}


def wait_for_records(tmp_path, number, process):
    until = time.monotonic() + 60
    while len(records(tmp_path)) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def the_run(tmp_path):
    runs = Run.all(tmp_path / "runs")
    assert len(runs) == 1
    return runs[0]


def test_killed_in_the_middle_it_goes_on_and_loses_and_repeats_nothing(start, tmp_path):
    process = start()
    wait_for_records(tmp_path, 2, process)
    below = psutil.Process(process.pid).children(recursive=True)
    assert below
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(below, timeout=5)
    assert alive == []
    before = records(tmp_path)
    assert len(before) < 7
    assert the_run(tmp_path).state["status"] == "running"

    again = start()
    _, said = again.communicate()
    assert again.returncode == 0, said
    run = the_run(tmp_path)
    assert [record.status for _, record in run.records()] == ["done"] * 7
    after = records(tmp_path)
    assert all(
        (after[path].st_ino, after[path].st_mtime_ns) == (old.st_ino, old.st_mtime_ns) for path, old in before.items()
    )
    assert run.state["status"] == "finished"
    assert f"{7 - len(before)} of 7 cells to fit" in said

    third = start()
    _, said = third.communicate()
    assert third.returncode == 0
    assert "nothing to fit" in said
    assert the_run(tmp_path).name == run.name
    assert records(tmp_path).keys() == after.keys()


def test_ctrl_c_records_what_ran_and_ends_with_130(start, tmp_path):
    process = start("--strategies", "sleeps(seconds=40)")
    wait_for_records(tmp_path, 1, process)
    time.sleep(0.3)
    below = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130, said
    _, alive = psutil.wait_procs(below, timeout=5)
    assert alive == []
    run = the_run(tmp_path)
    assert run.state["status"] == "interrupted"
    assert {row.cell.strategy: record.status for row, record in run.records()} == {
        "none": "done",
        "sleeps(seconds=40)": "interrupted",
    }


def test_absent_sets_of_one_collection_are_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    sets = [f"zenodo(set={name})" for name in ("abalone", "ecoli", "mammography")]
    pairs = [{"strategies": ["none"], "learners": ["logistic"]}]
    asked = suite_from({"name": "s", "datasets": [*sets, "wine"], "pairs": pairs, "seeds": 1, "jobs": 1}, "")
    heard = io.StringIO()
    assert execute(RunRequest(asked, tmp_path / "runs", mlflow=False), Console(file=heard, width=500)) == 0
    said = [line for line in heard.getvalue().splitlines() if "left out" in line]
    assert len(said) == 1
    assert said[0].startswith("3 sets of zenodo are left out: the Zenodo collection is not on this machine")


def test_a_second_run_in_the_same_folder_says_so(start, tmp_path):
    with locked(tmp_path / "runs"):
        second = start()
        _, said = second.communicate()
    assert second.returncode == 1
    assert f"another `longtail run` (process {os.getpid()}) is using" in said
    assert not records(tmp_path)
