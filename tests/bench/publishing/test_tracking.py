"""The door to MLflow, tried on a real store."""

import shutil
import socket
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from longtail.bench.errors import TrackingError
from longtail.bench.publishing import tracking
from longtail.bench.publishing.entry import DataInput, Entry, Point
from longtail.bench.publishing.place import Place, sqlite
from longtail.bench.publishing.tracking import Tracker, experiment_tags
from longtail.bench.publishing.views import ALL

# MLflow 3.17 uses a part of SQLAlchemy that 2.1 is going to drop
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")

ENTRY = Entry(
    name="cat50 · none · mlp · seed 0",
    status="FINISHED",
    tags={"kind": "cell", "longtail.cell": "abc", "longtail.records": "0:1"},
    started=1000.0,
    ended=1002.5,
    params={"mlp.learning_rate": "0.01"},
    points=(Point("ap", 0.25), Point("f1", 0.5)),
    inputs=(DataInput("cat50", "d1", '{"rows":1}'),),
)


@pytest.fixture
def tracker(database: Path) -> Tracker:
    return Tracker(sqlite(database))


def rows(database: Path, query: str) -> list[tuple]:
    with sqlite3.connect(database) as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_entry_is_written_whole(tracker: Tracker, database: Path) -> None:
    written = tracker.write(tracker.start(ENTRY, "p"), ENTRY)
    (found,) = tracker.find("tags.`longtail.cell` = 'abc'")
    assert (found.id, found.name, found.status, found.parent) == (written.id, ENTRY.name, "FINISHED", "p")
    assert found.started == 1_000_000
    assert ENTRY.tags.items() <= found.tags.items()
    assert rows(database, "SELECT start_time, end_time FROM runs") == [(1_000_000, 1_002_500)]
    metrics = "SELECT key, value, timestamp, step FROM metrics ORDER BY key"
    assert rows(database, metrics) == [("ap", 0.25, 1_002_500, 0), ("f1", 0.5, 1_002_500, 0)]
    assert rows(database, "SELECT key, value FROM params") == [("mlp.learning_rate", "0.01")]
    assert rows(database, "SELECT name, digest, dataset_source FROM datasets") == [("cat50", "d1", '{"rows":1}')]


def test_writing_twice_changes_nothing(tracker: Tracker, database: Path) -> None:
    run = tracker.write(tracker.start(ENTRY), ENTRY)
    tables = ("runs", "metrics", "latest_metrics", "params", "tags", "datasets", "inputs")
    before = [rows(database, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]
    tracker.write(run, ENTRY)
    assert [rows(database, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables] == before


def test_started_entry_can_be_found_and_is_not_taken_for_whole(tracker: Tracker) -> None:
    tracker.start(ENTRY)
    (found,) = tracker.find("attributes.status = 'RUNNING'")
    assert found.tags["longtail.cell"] == "abc"
    assert "longtail.records" not in found.tags


def test_newer_metrics_stand_before_older_ones_of_a_larger_value(tracker: Tracker, database: Path) -> None:
    run = tracker.write(tracker.start(ENTRY), ENTRY)
    tracker.write(run, replace(ENTRY, name="other", points=(Point("ap", 0.125),)), seconds=5000.0)
    assert rows(database, "SELECT value FROM latest_metrics WHERE key = 'ap'") == [(0.125,)]
    (found,) = tracker.find("tags.kind = 'cell'")
    assert (found.name, found.status) == ("other", "FINISHED")


def test_more_points_than_a_batch_holds_keep_their_steps(tracker: Tracker, database: Path) -> None:
    points = tuple(Point("ap/by_class", step / 4096, step) for step in range(1, 2001))
    tracker.write(tracker.start(ENTRY), replace(ENTRY, points=points))
    assert rows(database, "SELECT step, value FROM metrics ORDER BY step") == [(p.step, p.value) for p in points]


def test_find_turns_every_page(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        tracker.start(replace(ENTRY, started=1000.0 + number, tags={"kind": "cell", "number": str(number)}))
    tracker.start(replace(ENTRY, tags={"kind": "run"}))
    monkeypatch.setattr(tracking, "PAGE", 3)
    assert [found.tags["number"] for found in tracker.find("tags.kind = 'cell'")] == list("0123456")


def test_long_tags_are_cut_where_it_can_be_seen(tracker: Tracker) -> None:
    tracker.start(replace(ENTRY, tags={"kind": "cell", "reason": "x" * 9000}))
    (found,) = tracker.find("tags.kind = 'cell'")
    assert len(found.tags["reason"]) == 8000
    assert found.tags["reason"].endswith("x...")


def test_run_can_go_on_after_its_end(tracker: Tracker, database: Path) -> None:
    run = tracker.write(tracker.start(ENTRY), ENTRY)
    tracker.end(run, "RUNNING")
    assert tracker.find("tags.kind = 'cell'")[0].status == "RUNNING"
    tracker.end(run, "KILLED", 2000.0)
    assert rows(database, "SELECT status, end_time FROM runs") == [("KILLED", 2_000_000)]


def test_removed_run_is_found_no_more(tracker: Tracker) -> None:
    tracker.remove(tracker.start(ENTRY))
    assert tracker.find("tags.kind = 'cell'") == []


def test_artifacts_lie_beside_the_database_and_once(tracker: Tracker, database: Path, tmp_path: Path) -> None:
    run = tracker.start(ENTRY)
    (tmp_path / "report.html").write_text("one")
    tracker.artifact(run, tmp_path / "report.html")
    (tmp_path / "report.html").write_text("two")
    tracker.artifact(run, tmp_path / "report.html")
    (kept,) = (database.parent / "mlflow-artifacts").rglob("report.html")
    assert kept.read_text() == "two"


def test_experiment_has_its_note_and_views(database: Path) -> None:
    Tracker(sqlite(database))
    held = dict(rows(database, "SELECT key, value FROM experiment_tags"))
    assert experiment_tags().items() <= held.items()
    assert all(view.tag[0] in held for view in ALL)
    assert all(len(value) <= tracking.LONGEST for value in experiment_tags().values())


def test_nothing_is_written_into_the_working_directory(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    tracker = Tracker(sqlite(database))
    run = tracker.write(tracker.start(ENTRY), ENTRY)
    (elsewhere / "a.txt").write_text("")
    tracker.artifact(run, elsewhere / "a.txt")
    assert [path.name for path in elsewhere.iterdir()] == ["a.txt"]


def test_moved_database_is_refused_in_a_sentence(database: Path, tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    shutil.copyfile(database, tmp_path / "moved" / "mlflow.db")
    with pytest.raises(TrackingError, match=r"keeps its artifacts in .*, not beside it"):
        Tracker(sqlite(tmp_path / "moved" / "mlflow.db"))


def test_deleted_experiment_is_said(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'longtail'")
    connection.close()
    with pytest.raises(TrackingError, match=r"'longtail' at sqlite:.* was deleted: restore it"):
        Tracker(sqlite(database))


def test_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 500)
    with pytest.raises(TrackingError, match=r"^MLflow at sqlite:.* says: .*file is not a database") as caught:
        Tracker(sqlite(tmp_path / "mlflow.db"))
    assert "\n" not in str(caught.value)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.usefixtures("impatient")
def test_server_that_refuses_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TrackingError, match=rf"^MLflow at http://127.0.0.1:{port} can't be reached") as caught:
        Tracker(Place(f"http://127.0.0.1:{port}"))
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("impatient")
def test_server_that_never_answers_is_one_sentence_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        started = time.monotonic()
        with pytest.raises(TrackingError, match=rf"^MLflow at http://127.0.0.1:{port} does not answer within 1 s$"):
            Tracker(Place(f"http://127.0.0.1:{port}"))
        assert time.monotonic() - started < 30


def test_password_stays_out_of_messages() -> None:
    place = Place("postgresql+nodriver://me:secret@127.0.0.1/db")
    with pytest.raises(TrackingError) as caught:
        Tracker(place)
    assert "secret" not in str(caught.value)


@pytest.mark.slow
def test_first_use_creates_the_database(tmp_path: Path) -> None:
    place = sqlite(tmp_path / "mlflow.db")
    first, second = Tracker(place), Tracker(place)
    assert first.experiment == second.experiment
    assert rows(tmp_path / "mlflow.db", "SELECT artifact_location FROM experiments WHERE name = 'longtail'") == [
        ((tmp_path / "mlflow-artifacts").as_uri(),)
    ]
