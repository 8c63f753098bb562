"""A run on its way to MLflow, tried on a real store."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from longtail.bench.errors import TrackingError
from longtail.bench.publishing import run_writer as publishers
from longtail.bench.publishing import sync as syncing
from longtail.bench.publishing.cell_entries import groups_of
from longtail.bench.publishing.place import sqlite
from longtail.bench.publishing.sync import Publishing, root_name, sync, turn_of
from longtail.bench.publishing.tracking import TrackedRun, Tracker
from longtail.bench.runs import Run
from longtail.bench.statistics.baselines import set_baseline

pytestmark = [
    # MLflow 3.17 uses a part of SQLAlchemy that 2.1 is going to drop
    pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning"),
    pytest.mark.usefixtures("database"),
]
PAIR = {"none": 1.0, "smote": 2.0}


def silence(text: str) -> None:
    raise AssertionError(text)


def found(database: Path, condition: str = "") -> list[TrackedRun]:
    return Tracker(sqlite(database)).find(condition)


def kinds(database: Path) -> Counter[str]:
    return Counter(f"{one.tags['kind']} {one.status}" for one in found(database))


def content(database: Path) -> list[Any]:
    tables = ("runs", "metrics", "params", "tags", "datasets", "inputs", "experiment_tags")
    with sqlite3.connect(database) as connection:
        rows = [sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables]
    connection.close()
    return rows


def begin(run: Run, process: int | None = None) -> None:
    """As if a process worked on a run: this one, or another."""
    run.update(status="running", finished=None)
    (run.path.parent / ".lock").write_text(str(process or os.getpid()))


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def hide(run: Run, number: int) -> list[tuple[Path, Path]]:
    """Take the last records away, as if their cells had not run yet."""
    moved = []
    for planned in run.planned[-number:]:
        path = run.store.path(planned.cell.id, planned.fingerprint)
        moved.append((path, run.path / planned.cell.id))
        shutil.move(*moved[-1])
    return moved


def bring_back(moved: list[tuple[Path, Path]]) -> None:
    for path, kept in moved:
        shutil.move(kept, path)


def test_run_is_published_with_its_cells_and_means(make_run: Callable[..., Run], database: Path) -> None:
    statuses = {("smote", 1): "timeout", ("smote", 2): "interrupted"}
    run = make_run(PAIR, statuses=statuses)
    done = sync(run, warn=silence)
    assert done.status == "FINISHED"
    assert kinds(database) == {
        "run FINISHED": 1,
        "cell FINISHED": 4,
        "cell FAILED": 1,
        "cell KILLED": 1,
        "summary FINISHED": 4,  # two strategies, the prior and the Bayes limit
    }
    (parent,) = found(database, "tags.kind = 'run'")
    assert parent.name == run.name
    assert parent.tags["cells"] == "done 4, timeout 1, interrupted 1"
    assert "| none | logistic |" in parent.tags["mlflow.note.content"]
    assert all(one.parent == parent.id for one in found(database) if one.id != parent.id)
    (cell,) = found(database, "tags.strategy = 'smote' and attributes.status = 'FAILED'")
    assert cell.name == "toy · smote · logistic · seed 1"
    assert (cell.tags["status"], cell.tags["reason"]) == ("timeout", "it broke")


def test_second_sync_writes_nothing(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run(PAIR, statuses={("smote", 1): "failed"})
    first = sync(run)
    before = content(database)
    second = sync(Run(run.path), warn=silence)
    assert (second.written, second.id) == (0, first.id)
    assert content(database) == before


def test_metrics_are_those_of_the_evaluation(make_run: Callable[..., Run], database: Path) -> None:
    from longtail.bench.evaluation.evaluation import evaluate

    run = make_run({"none": 1.0}, seeds=(4,))
    sync(run)
    cells = evaluate(run).cells
    own = cells[~cells["reference"].astype(bool)].iloc[0]
    with sqlite3.connect(database) as connection:
        query = "SELECT m.key, m.value FROM metrics m JOIN tags t USING (run_uuid) WHERE t.key = 'kind' AND t.value = 'cell'"  # noqa: E501
        held = dict(connection.execute(query).fetchall())
    connection.close()
    assert {"ap", "f1", "log_loss", "recall_tail", "seconds_total"} <= set(held)
    assert all(held[name] == pytest.approx(own[name], rel=1e-5) for name in held if name in own)


def test_curve_over_classes_has_a_step_a_class(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0}, classes=4)
    sync(run)
    (summary,) = found(database, "tags.kind = 'summary' and tags.strategy = 'none'")
    with sqlite3.connect(database) as connection:
        query = "SELECT step, value FROM metrics WHERE run_uuid = ? AND key = 'train_count/by_class' ORDER BY step"
        curve = connection.execute(query, [summary.id]).fetchall()
    connection.close()
    assert [step for step, _ in curve] == [1, 2, 3, 4]
    assert [value for _, value in curve] == sorted((value for _, value in curve), reverse=True)


def test_tables_and_report_are_artifacts_of_the_run(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0})
    (run.path / "report.html").write_text("<p>report</p>")
    parent = sync(run).id
    folder = database.parent / "mlflow-artifacts" / parent / "artifacts"
    assert sorted(path.name for path in folder.iterdir()) == [
        "cells.csv",
        "per_class.csv",
        "report.html",
        "verdicts.md",
    ]
    (run.path / "report.html").write_text("<p>another</p>")
    assert sync(run).id == parent
    assert (folder / "report.html").read_text() == "<p>another</p>"


def test_live_run_is_shown_as_running_with_what_is_there(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run(PAIR)
    hide(run, 2)
    begin(run)
    assert sync(run).status == "RUNNING"
    assert kinds(database) == {"run RUNNING": 1, "cell FINISHED": 4}
    assert found(database, "tags.kind = 'run'")[0].tags["cells"] == "done 4"


def test_following_publishes_cells_as_they_come_and_ends_with_the_run(
    make_run: Callable[..., Run], database: Path
) -> None:
    run = make_run(PAIR)
    moved = hide(run, 3)
    begin(run)
    answers: list[Any] = []
    follower = threading.Thread(target=lambda: answers.append(sync(run, follow=True, warn=silence, poll=0.05)))
    follower.start()
    until = time.monotonic() + 30
    while kinds(database) != {"run RUNNING": 1, "cell FINISHED": 3} and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers
    bring_back(moved)
    while kinds(database) != {"run RUNNING": 1, "cell FINISHED": 6} and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers
    run.update(status="finished")
    follower.join(30)
    assert answers[0].status == "FINISHED"
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 6, "summary FINISHED": 4}


def test_killed_run_is_ended_and_goes_on_in_the_same_place(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run(PAIR)
    moved = hide(run, 2)
    begin(run)
    first = sync(run)
    (run.path.parent / ".lock").write_text(str(dead_process()))
    assert sync(run, follow=True).status == "KILLED"
    assert kinds(database) == {"run KILLED": 1, "cell FINISHED": 4}
    begin(run)
    assert sync(run).status == "RUNNING"
    assert kinds(database) == {"run RUNNING": 1, "cell FINISHED": 4}
    bring_back(moved)
    run.update(status="finished")
    last = sync(run, follow=True)
    assert (last.id, last.status) == (first.id, "FINISHED")
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 6, "summary FINISHED": 4}


def test_run_whose_budget_was_spent_has_its_means(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run(PAIR)
    hide(run, 2)
    run.update(status="interrupted")
    assert sync(run, follow=True).status == "KILLED"
    assert kinds(database) == {"run KILLED": 1, "cell FINISHED": 4, "summary FINISHED": 4}


def test_publishing_that_is_stopped_ends_at_once_and_is_completed_later(
    make_run: Callable[..., Run], database: Path
) -> None:
    run = make_run(PAIR)
    begin(run, dead_process())
    sync(run, follow=True, stopped=lambda: True)
    assert kinds(database) == {"run KILLED": 1}
    run.update(status="finished")
    sync(run)
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 6, "summary FINISHED": 4}


def test_entry_that_was_begun_is_completed(
    make_run: Callable[..., Run], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(PAIR)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Tracker, "_batches", die)
        sync(run)
    assert kinds(database) == {"run RUNNING": 1}
    written = 0
    write = Tracker.write

    def die_later(self: Tracker, *arguments: Any) -> TrackedRun:
        nonlocal written
        written += 1
        return die() if written == 3 else write(self, *arguments)  # type: ignore[func-returns-value, return-value]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Tracker, "write", die_later)
        sync(run)
    assert kinds(database) == {"run RUNNING": 1, "cell FINISHED": 2, "cell RUNNING": 1}
    sync(run)
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 6, "summary FINISHED": 4}


def test_cells_of_an_earlier_run_are_linked_and_not_written_again(make_run: Callable[..., Run], database: Path) -> None:
    first = make_run({"none": 1.0})
    parent = sync(first).id
    time.sleep(0.01)
    second = Run.create(first.path.parent, first.suite, first.planned, first.state | {"status": "finished"})
    done = sync(second)
    assert (done.reused, done.status) == (3, "FINISHED")
    assert Counter(one.parent for one in found(database, "tags.kind = 'cell'")) == {parent: 3}
    held = next(one for one in found(database, "tags.kind = 'run'") if one.id == done.id)
    assert held.tags[f"reused.{first.name}"] == f"3 cells, run {parent}"
    assert f"runs/{parent}): 3 cells" in held.tags["mlflow.note.content"]
    before = content(database)
    assert sync(second).written == 0
    assert content(database) == before


def test_cell_that_has_run_again_takes_the_place_of_the_old(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0}, statuses={("none", 1): "failed"})
    sync(run)
    before = {one.tags["seed"]: one.id for one in found(database, "tags.kind = 'cell'")}
    failed = run.planned[1]
    record = run.store.record(failed.cell.id, failed.fingerprint)
    assert record is not None
    good = run.store.record(run.planned[0].cell.id, failed.fingerprint)
    assert good is not None
    other = replace(record, status="done", reason="", truth=good.truth, provenance={"started": time.time()})
    run.store.write(other, run.store.scores(good))
    sync(run)
    after = {one.tags["seed"]: one for one in found(database, "tags.kind = 'cell'")}
    assert {seed: one.status for seed, one in after.items()} == dict.fromkeys("012", "FINISHED")
    assert [seed for seed in after if after[seed].id != before[seed]] == ["1"]
    assert len(found(database, "tags.kind = 'summary' and tags.strategy = 'none'")) == 1


def test_large_run_has_its_seeds_as_steps(
    make_run: Callable[..., Run], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "groups_of", lambda planned: groups_of(planned, most=3))
    run = make_run(PAIR)
    moved = hide(run, 1)
    begin(run)
    sync(run)
    assert kinds(database) == {"run RUNNING": 1, "cell FINISHED": 1, "cell RUNNING": 1}
    bring_back(moved)
    run.update(status="finished")
    sync(run)
    sync(run)
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 2, "summary FINISHED": 4}
    (cell,) = found(database, "tags.kind = 'cell' and tags.strategy = 'smote'")
    with sqlite3.connect(database) as connection:
        steps = connection.execute("SELECT step FROM metrics WHERE run_uuid = ? AND key = 'ap'", [cell.id]).fetchall()
    connection.close()
    assert sorted({step for (step,) in steps}) == [0, 1, 2]


def test_corrupt_record_is_said_and_loses_nothing_else(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0})
    planned = run.planned[0]
    (run.store.path(planned.cell.id, planned.fingerprint) / "record.json").write_text("{")
    said: list[str] = []
    sync(run, warn=said.append)
    assert "record.json is corrupt" in said[0]
    assert len(found(database, "tags.kind = 'cell'")) == 2


def test_damaged_scores_leave_a_cell_without_metrics(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0})
    planned = run.planned[0]
    (run.store.path(planned.cell.id, planned.fingerprint) / "scores.npz").write_bytes(b"damaged")
    said: list[str] = []
    sync(run, warn=said.append)
    assert "scores.npz is damaged" in said[0]
    assert len(found(database, "tags.kind = 'cell'")) == 3


def test_what_dead_runs_have_left_is_swept(make_run: Callable[..., Run], database: Path) -> None:
    dead, gone = make_run({"none": 1.0}, name="dead"), make_run({"none": 1.0}, name="gone")
    for run in (dead, gone):
        begin(run)
        sync(run)
    tracker = Tracker(sqlite(database))
    child = tracker.find(f"tags.`longtail.run` = '{dead.name}' and tags.kind = 'cell'")[0]
    tracker.end(child, "RUNNING")
    (elsewhere,) = tracker.find(f"tags.`longtail.run` = '{gone.name}' and tags.kind = 'run'")
    foreign = tracker.start(publishers.run_entry(gone))
    tracker.add(foreign, (), {"longtail.root": "another-machine:/runs", "longtail.run": "foreign"})
    (dead.path.parent / ".lock").write_text(str(dead_process()))
    shutil.rmtree(gone.path)
    sync(make_run({"smote": 1.0}, name="new"))
    status = {one.id: one.status for one in tracker.find("")}
    assert (status[child.id], status[elsewhere.id]) == ("KILLED", "KILLED")
    assert status[foreign.id] == "RUNNING"  # of another machine: this one can't know
    assert [one.status for one in tracker.find(f"tags.`longtail.run` = '{dead.name}' and tags.kind = 'run'")] == [
        "KILLED"
    ]


def test_same_name_on_another_machine_is_another_run(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run({"none": 1.0})
    first = sync(run).id
    run.update(started="2020-01-01T00:00:00+00:00")
    assert sync(run).id != first


def test_regressions_are_metrics_of_the_run(make_run: Callable[..., Run], database: Path) -> None:
    base, run = make_run({"none": 0.5}, code="old"), make_run({"none": 3.0}, code="new")
    sync(run)
    set_baseline(run.path.parent, base)
    assert sync(run).written == 1
    with sqlite3.connect(database) as connection:
        (counted,) = connection.execute("SELECT value FROM metrics WHERE key = 'regressions/count'").fetchall()
    connection.close()
    assert counted == (2.0,)
    assert found(database, "tags.kind = 'run'")[0].tags["baseline"] == base.name


def test_two_that_publish_take_turns_and_write_nothing_twice(make_run: Callable[..., Run], database: Path) -> None:
    run = make_run(PAIR, seeds=(0, 1, 2, 3))
    moved = hide(run, 4)
    begin(run)
    pair = [Publishing(Run(run.path), silence) for _ in range(2)]
    pair[0].turn()
    bring_back(moved[:2])
    pair[1].turn()
    bring_back(moved[2:])
    pair[0].turn()
    pair[1].turn()
    assert kinds(database) == {"run RUNNING": 1, "cell FINISHED": 8}
    run.update(status="finished")
    threads = [threading.Thread(target=one.turn) for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert kinds(database) == {"run FINISHED": 1, "cell FINISHED": 8, "summary FINISHED": 4}


def test_turn_says_whether_anyone_came_between(tmp_path: Path) -> None:
    seen = []
    for name in ("a", "a", "b", "a"):
        with turn_of(tmp_path, name) as undisturbed:
            seen.append(undisturbed)
    assert seen == [False, True, False, False]


def test_folders_and_machines_are_told_apart(tmp_path: Path) -> None:
    assert root_name(tmp_path) == f"{socket.gethostname()}:{tmp_path.resolve()}"


@pytest.fixture
def refusing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that nobody runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.usefixtures("refusing")
def test_server_that_is_not_there_is_an_error_and_the_run_loses_nothing(make_run: Callable[..., Run]) -> None:
    run = make_run({"none": 1.0})
    before = {path: path.read_bytes() for path in run.path.parent.rglob("*.json")}
    with pytest.raises(TrackingError, match="can't be reached"):
        sync(run)
    assert {path: path.read_bytes() for path in run.path.parent.rglob("*.json")} == before


@pytest.mark.usefixtures("refusing")
def test_following_tries_again_and_says_so_once(
    make_run: Callable[..., Run], database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run({"none": 1.0})
    begin(run)
    said: list[str] = []
    tries = 0
    opened = syncing.place_of

    def place_of(root: Path) -> Any:
        nonlocal tries
        tries += 1
        if tries == 3:
            run.update(status="finished")
            return sqlite(database)
        return opened(root)

    monkeypatch.setattr(syncing, "place_of", place_of)
    assert sync(run, follow=True, warn=said.append, poll=0.01).status == "FINISHED"
    assert tries == 3
    assert len(said) == 1
    assert "tried again until the run ends" in said[0]
