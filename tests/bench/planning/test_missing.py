from dataclasses import replace

import pytest

from longtail.bench.cells import Cell
from longtail.bench.planning.missing import missing
from longtail.bench.records import Record
from longtail.bench.runs import Planned
from longtail.bench.store import Store
from longtail.bench.suite import suite_from

SUITE = suite_from(
    {
        "name": "s",
        "datasets": ["ctr"],
        "pairs": [{"strategies": ["none"], "learners": ["mlp"]}],
        "time_limit": 60,
        "memory_limit": "1GiB",
    },
    "",
)
PLANNED = Planned(Cell("ctr", "none", "mlp", 0), "new", None, 1.0, "controls", True)


def warned(_):
    raise AssertionError("nothing is corrupt")


@pytest.fixture
def wanted(tmp_path):
    """Whether a cell is fitted, given the record that it has."""

    def ask(status, policy="only-missing", fingerprint="new", **provenance):
        store = Store(tmp_path)
        if status is not None:
            cell = PLANNED.cell
            store.write(Record(cell.id, cell.identity, fingerprint, status, provenance=provenance))
        return bool(missing((PLANNED,), store, SUITE, policy, "", warned))

    return ask


@pytest.mark.parametrize(
    ("status", "policy", "fitted"),
    [
        (None, "only-missing", True),
        (None, "only-cache", False),
        ("interrupted", "only-missing", True),
        ("interrupted", "never", True),
        ("interrupted", "only-cache", False),
        ("failed", "only-missing", False),
        ("failed", "retry-failed", True),
        ("timeout", "retry-failed", True),
        ("out_of_memory", "retry-failed", True),
        ("not_applicable", "only-missing", False),
        ("not_applicable", "retry-failed", False),
        ("not_applicable", "never", True),
        ("failed", "accept-stale", False),
    ],
)
def test_what_is_fitted_follows_the_status_and_the_policy(wanted, status, policy, fitted):
    limits = {"time_limit": 60, "memory_limit": 2**30}
    assert wanted(status, policy, **limits) is fitted


@pytest.mark.parametrize(("limit", "fitted"), [(59, True), (60, False), (61, False)])
def test_a_timeout_is_tried_again_with_more_time(wanted, limit, fitted):
    assert wanted("timeout", time_limit=limit) is fitted


@pytest.mark.parametrize(("limit", "fitted"), [(2**29, True), (2**30, False)])
def test_out_of_memory_is_tried_again_with_more_memory(wanted, limit, fitted):
    assert wanted("out_of_memory", memory_limit=limit) is fitted


def test_data_that_could_not_be_had_are_tried_again(wanted):
    assert wanted("failed", stage="data")


def test_a_run_that_goes_on_does_not_fit_its_own_cells_again(tmp_path):
    store, cell = Store(tmp_path), PLANNED.cell
    store.write(Record(cell.id, cell.identity, "new", "failed", provenance={"run": "r1"}))
    assert missing((PLANNED,), store, SUITE, "never", "r1", warned) == []
    assert missing((PLANNED,), store, SUITE, "never", "r2", warned) == [PLANNED]


def test_a_stale_record_counts_only_where_it_is_accepted(wanted):
    assert wanted("failed", "accept-stale", fingerprint="old")
    assert wanted("failed", "only-missing", fingerprint="old")


def test_cells_that_are_not_applicable_are_never_fitted(tmp_path):
    assert missing((replace(PLANNED, applicable="no"),), Store(tmp_path), SUITE, "never", "", warned) == []


def test_a_corrupt_record_is_moved_aside_with_a_warning_and_fitted(tmp_path):
    store, said = Store(tmp_path), []
    cell = PLANNED.cell
    store.write(Record(cell.id, cell.identity, "new", "failed"))
    (store.path(cell.id, "new") / "record.json").write_text("{")
    assert missing((PLANNED,), store, SUITE, "only-missing", "", said.append) == [PLANNED]
    assert "is corrupt" in said[0]
    assert "corrupt" in str(next((tmp_path / "corrupt").iterdir()))
    assert missing((PLANNED,), store, SUITE, "only-missing", "", warned) == [PLANNED]


def test_a_done_record_without_scores_is_fitted_again(tmp_path):
    store, said = Store(tmp_path), []
    cell = PLANNED.cell
    store.write(Record(cell.id, cell.identity, "new", "done", truth="absent"))
    assert missing((PLANNED,), store, SUITE, "only-missing", "", said.append) == [PLANNED]
    assert "missing or damaged" in said[0]


@pytest.mark.parametrize(("stage", "fitted"), [("data", True), (None, False)])
def test_data_that_were_absent_are_looked_for_again_and_a_pair_that_does_not_fit_is_not(wanted, stage, fitted):
    assert wanted("not_applicable", **({"stage": stage} if stage else {})) is fitted
