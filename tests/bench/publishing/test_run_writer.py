"""What a run's process and times tell, without a store."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from longtail.bench.publishing.run_writer import is_alive, link_lines, mean_key, spans, status_of
from longtail.bench.runs import Run


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    made = make_run({"none": 1.0}, seeds=(0,))
    made.update(status="running", finished=None)
    return made


def lock(run: Run, process: int | str) -> None:
    (run.path.parent / ".lock").write_text(str(process))


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_run_is_alive_while_the_process_that_holds_the_folder_is(run: Run) -> None:
    lock(run, os.getpid())
    assert is_alive(run)
    assert status_of(run, True) == "RUNNING"


def test_run_whose_process_has_ended_is_dead(run: Run) -> None:
    lock(run, ended_process())
    assert not is_alive(run)
    assert status_of(run, False) == "KILLED"


@pytest.mark.parametrize("content", ["", "words"])
def test_lock_that_names_no_process_means_dead(run: Run, content: str) -> None:
    lock(run, content)
    assert not is_alive(run)


def test_folder_without_a_lock_has_no_live_run(run: Run) -> None:
    assert not is_alive(run)


@pytest.mark.parametrize("older", [".lock", "run.json"])
def test_process_younger_than_the_files_works_on_something_else(run: Run, older: str) -> None:
    lock(run, os.getpid())
    path = run.path.parent / ".lock" if older == ".lock" else run.path / "run.json"
    os.utime(path, (1000, 1000))
    assert not is_alive(run)


@pytest.mark.parametrize(("status", "shown"), [("finished", "FINISHED"), ("interrupted", "KILLED")])
def test_ended_run_is_dead_whoever_holds_the_folder(run: Run, status: str, shown: str) -> None:
    lock(run, os.getpid())
    run.update(status=status)
    assert not is_alive(run)
    assert status_of(run, False) == shown


def test_times_an_hour_apart_are_two_spans() -> None:
    assert spans([7300.0, 0.0, 60.0, 3600.0]) == [(0.0, 3600.0), (7300.0, 7300.0)]
    assert spans([]) == []


def test_means_differ_by_what_they_are_of_and_not_by_their_name() -> None:
    tags = {
        "kind": "overall",
        "strategy": "none",
        "learner": "mlp",
        "device": "cpu",
        "data": "real",
        "datasets": "a, b",
    }
    assert mean_key(tags) == mean_key(tags | {"datasets": "a, b, c"}) != mean_key(tags | {"data": "generated"})


def test_links_lead_to_runs_of_the_experiment() -> None:
    assert link_lines({"quick-1": ("id", 3)}, "7") == ["- [quick-1](#/experiments/7/runs/id): 3 cells"]
