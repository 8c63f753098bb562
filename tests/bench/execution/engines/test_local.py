"""One run of strategies that go wrong in every way, and what is left of each."""

import time
from pathlib import Path

import psutil
import pytest

from longtail.bench import registry
from longtail.bench.cells import Cell
from longtail.bench.errors import LongtailError
from longtail.bench.execution.engines.local import LocalEngine, batches_of
from longtail.bench.planning.plan import expand
from longtail.bench.runs import Planned, Run
from longtail.bench.suite import suite_from

FILE = Path(__file__).parents[1] / "misbehaving.py"
DATA = "ctr(rows=600,test_rows=400)"
BAD = ["none", "hangs", "eats", "asks", "crashes", "exits", "raises", "not-numbers", "declines"]


class Recorder:
    """Keeps what it was told."""

    def __init__(self):
        self.told = []

    def began(self, planned):
        self.told.append(("began", planned.cell.strategy, planned.cell.seed))

    def ended(self, planned, status, reason, seconds):
        self.told.append((status, planned.cell.strategy, planned.cell.seed))

    def tick(self):
        pass


@pytest.fixture(scope="module")
def own_strategies():
    before = dict(registry._own)
    registry.add_strategy_file(FILE)
    yield
    registry._own.clear()
    registry._own.update(before)


def made(root, strategies, **changes):
    values = {
        "name": "s",
        "datasets": [DATA],
        "pairs": [{"strategies": strategies, "learners": ["logistic"]}],
        "seeds": 1,
        "time_limit": 6,
        "memory_limit": "1GiB",
        "baseline": strategies[0],
    }
    suite = suite_from(values | changes, "")
    return Run.create(root, suite, expand(suite), {})


def execute(run, jobs=2, **more):
    watch = Recorder()
    executor = LocalEngine(run, jobs, watch, (str(FILE),), **more)
    complete = executor.execute([row for row in run.planned if row.applicable is None])
    return complete, watch


def children():
    """Processes of cells and workers that a test may have left; they are forks of the fork server and keep its name."""
    alive = [p for p in psutil.Process().children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
    return [p for p in alive if "longtail.bench.execution.forkserver" in p.cmdline()]


@pytest.fixture(scope="module")
def bad(own_strategies, tmp_path_factory):
    run = made(tmp_path_factory.mktemp("runs"), BAD)
    complete, watch = execute(run)
    assert complete
    return {row.cell.strategy: record for row, record in run.records()}, run, watch


@pytest.mark.parametrize(
    ("strategy", "status", "reason"),
    [
        ("none", "done", ""),
        ("hangs", "timeout", "it took longer than the limit of 6 s"),
        ("eats", "out_of_memory", "it used more memory than the limit of 1 GiB"),
        ("asks", "out_of_memory", "it asked for more memory than there is"),
        ("crashes", "failed", "it was ended by SIGSEGV"),
        ("exits", "failed", "exit code 7"),
        ("raises", "failed", "RuntimeError: the third wheel came off"),
        ("not-numbers", "failed", "scores that are NaN or positive infinity"),
        ("declines", "not_applicable", "it declines 2 classes"),
    ],
)
def test_each_end_has_its_status_and_a_sentence(bad, strategy, status, reason):
    record = bad[0][strategy]
    assert record.status == status
    assert reason in record.reason
    assert "\n" not in record.reason


def test_every_cell_is_told_of_once(bad):
    _, _, watch = bad
    assert sorted(name for what, name, _ in watch.told if what == "began") == sorted(BAD)
    assert sorted(name for what, name, _ in watch.told if what != "began") == sorted(BAD)


def test_a_done_record_has_scores_labels_costs_and_where_it_comes_from(bad):
    records, run, _ = bad
    record = records["none"]
    scores, truth = run.store.scores(record), run.store.truth(record.truth)
    assert scores.test.shape == (len(truth.y_test), 2)
    assert scores.valid.shape == (len(truth.y_valid), 2)
    assert record.costs["seconds_process"] >= record.costs["seconds_total"] > 0
    assert record.costs["peak_bytes"] > record.costs["added_bytes"] >= 0
    assert record.costs["rows_before"] == truth.train_counts.tolist()
    assert record.provenance["modules"]["longtail.strategies.controls.none"]
    assert record.provenance["run"] == run.name


def test_a_log_keeps_its_end_and_is_capped(bad):
    records, run, _ = bad
    record = records["raises"]
    log = (run.store.path(record.cell, record.fingerprint) / "log.txt").read_text()
    assert log.endswith("RuntimeError: the third wheel came off\n")
    assert len(log) <= 2**18


def test_a_crash_leaves_its_place_in_the_log(bad):
    records, run, _ = bad
    record = records["crashes"]
    assert "misbehaving.py" in (run.store.path(record.cell, record.fingerprint) / "log.txt").read_text()


def test_what_a_killed_cell_had_started_is_gone_too(bad):
    assert not [
        p for p in psutil.process_iter(["cmdline"]) if "import time; time.sleep(600)" in (p.info["cmdline"] or [])
    ]
    assert children() == []


def test_nothing_is_left_beside_the_records(bad):
    _, run, _ = bad
    assert list((run.store.root / ".scratch").iterdir()) == []


def test_at_the_deadline_running_cells_are_interrupted_and_the_rest_never_starts(own_strategies, tmp_path):
    run = made(tmp_path, ["none", "sleeps(seconds=60)"], seeds=2, time_limit=100)
    start = time.monotonic()
    complete, watch = execute(run, jobs=1, deadline=start + 15)
    assert not complete
    assert time.monotonic() - start < 40
    found = {(row.cell.strategy, row.cell.seed): record.status for row, record in run.records()}
    assert found["none", 0] == "done"
    assert found["sleeps(seconds=60)", 0] == "interrupted"
    assert found["none", 1] == "interrupted"
    assert ("began", "none", 1) not in watch.told
    assert children() == []


def test_data_that_cannot_be_had_fail_their_cells_and_no_others(own_strategies, tmp_path):
    run = made(tmp_path, ["none", "declines"], datasets=[DATA])
    gone = tuple(
        Planned(Cell("file(path=gone.csv,target=y)", row.cell.strategy, "logistic", 0), "f", None, 1.0, "own", False)
        for row in run.planned
    )
    executor = LocalEngine(run, 2, Recorder(), (str(FILE),))
    assert executor.execute([*run.planned, *gone])
    records = [run.store.record(row.cell.id, row.fingerprint) for row in gone]
    assert [record.status for record in records] == ["failed", "failed"]
    assert all("gone.csv" in record.reason and record.provenance["stage"] == "data" for record in records)
    assert [record.status for _, record in run.records()] == ["done", "not_applicable"]


def test_data_that_are_absent_are_no_failure_and_say_which_command_brings_them(own_strategies, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    run = made(tmp_path, ["none"])
    gone = Planned(Cell("zenodo(set=oil)", "none", "logistic", 0), "f", None, 1.0, "controls", False)
    assert LocalEngine(run, 1, Recorder(), (str(FILE),)).execute([gone])
    record = run.store.record(gone.cell.id, "f")
    assert (record.status, record.provenance["stage"]) == ("not_applicable", "data")
    assert "`longtail data fetch zenodo`" in record.reason


def test_workers_that_cannot_start_are_one_sentence_and_no_cell_fails(own_strategies, tmp_path, monkeypatch):
    run = made(tmp_path, ["none"])
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "imblearn.py").write_text("raise ImportError('imblearn is broken here')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    with pytest.raises(LongtailError, match=r"the worker processes (can't be started|have ended)"):
        execute(run)
    assert [record.status for _, record in run.records()] == ["interrupted"]
    assert "imblearn" in (run.path / "workers.log").read_text()


def planned(dataset, strategy, seed, seconds):
    return Planned(Cell(dataset, strategy, "mlp", seed), "f", None, seconds, "", True)


def test_long_blocks_and_cells_come_first():
    rows = [planned("a", "none", 0, 1), planned("b", "none", 0, 5), planned("b", "smote", 0, 7)]
    found = batches_of(rows, "none", hurried=False)
    assert [[row.cell.strategy for row in reversed(batch.waiting)] for batch in found] == [["smote", "none"], ["none"]]


def test_in_a_hurry_first_seeds_come_first_then_the_baseline_then_short_cells():
    rows = [
        planned("a", name, seed, seconds)
        for seed in (3, 1)
        for name, seconds in (("gan", 9), ("none", 5), ("smote", 1))
    ]
    found = batches_of(rows, "none", hurried=True)
    assert [batch.waiting[0].cell.seed for batch in found] == [3, 1]
    assert [row.cell.strategy for row in reversed(found[0].waiting)] == ["none", "smote", "gan"]
