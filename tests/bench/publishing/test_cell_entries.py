"""What MLflow is to show of a run and of its cells."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from longtail.bench.cells import Cell
from longtail.bench.publishing.cell_entries import (
    cell_entry,
    counted,
    groups_of,
    record_digest,
    records_tag,
    run_entry,
    started_at,
)
from longtail.bench.publishing.entry import Point
from longtail.bench.records import Record
from longtail.bench.runs import Planned, Run


def planned(strategy: str = "none", seed: int = 0, learner: str = "mlp", **more: Any) -> Planned:
    given: dict[str, Any] = {"applicable": None, "seconds": 1.0, "family": "controls", "generated": True}
    cell = Cell("cat50", strategy, learner, seed, settings={"learning_rate": 0.01})
    return Planned(cell, "code", **given | more)


def record(one: Planned, status: Any = "done", **more: Any) -> Record:
    given = {"provenance": {"started": "2026-01-02T03:04:05+00:00", "commit": "abc"}, "costs": {"seconds_process": 2.0}}
    reason = "" if status == "done" else "it broke"
    return replace(Record(one.cell.id, one.cell.identity, one.fingerprint, status, reason), **given | more)


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    return make_run({"none": 1.0})


def test_small_run_has_a_group_a_cell_that_can_run() -> None:
    cells = [planned(seed=0), planned(seed=1), planned("smote", applicable="no rows")]
    groups = groups_of(cells)
    assert [group.cell for group in groups] == [cells[0].cell.id, cells[1].cell.id]
    assert [group.name for group in groups] == ["cat50 · none · mlp · seed 0", "cat50 · none · mlp · seed 1"]


def test_large_run_has_a_group_a_pair_with_its_seeds() -> None:
    cells = [planned(strategy, seed) for strategy in ("none", "smote") for seed in range(3)]
    groups = groups_of(cells, most=5)
    assert [[member.cell.seed for member in group.members] for group in groups] == [[0, 1, 2], [0, 1, 2]]
    assert groups[0].name == "cat50 · none · mlp · all seeds"
    assert len({group.cell for group in groups} | {one.cell.id for one in cells}) == 8


def test_changed_code_is_another_group() -> None:
    cells = [planned(seed=0), replace(planned(seed=1), fingerprint="new")]
    assert len(groups_of(cells, most=1)) == 2


def test_cell_carries_every_tag_that_tells_it(run: Run) -> None:
    (group,) = groups_of([one := planned(seed=2)])
    entry = cell_entry(run, group, {2: record(one)}, {2: {"ap": 0.5}})
    assert entry.name == "cat50 · none · mlp · seed 2"
    expected = {
        "kind": "cell",
        "suite": "tiny",
        "dataset": "cat50",
        "data": "generated",
        "strategy": "none",
        "family": "controls",
        "learner": "mlp",
        "device": "cpu",
        "seed": "2",
        "status": "done",
        "longtail.run": run.name,
        "longtail.cell": one.cell.id,
        "longtail.fingerprint": "code",
        "mlflow.source.git.commit": "abc",
    }
    assert {key: entry.tags.get(key) for key in expected} == expected
    assert entry.params == {"mlp.learning_rate": "0.01"}
    assert entry.ended == entry.started + 2


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("done", "FINISHED"),
        ("failed", "FAILED"),
        ("timeout", "FAILED"),
        ("out_of_memory", "FAILED"),
        ("interrupted", "KILLED"),
    ],
)
def test_status_follows_the_record(run: Run, status: str, shown: str) -> None:
    (group,) = groups_of([one := planned()])
    entry = cell_entry(run, group, {0: record(one, status)}, {})
    assert entry.status == shown
    assert entry.tags["status"] == status
    assert entry.tags.get("reason", "") == ("" if status == "done" else "it broke")


def test_what_is_no_number_is_named_and_not_logged(run: Run) -> None:
    (group,) = groups_of([one := planned()])
    metrics = {"ap": 0.1234567891, "ap_tail": None, "excess_log_loss": float("nan"), "f1": float("inf"), "unknown": 1.0}
    costs = {"seconds_total": 2.0, "peak_bytes": 2**21}
    entry = cell_entry(run, group, {0: record(one, costs=costs)}, {0: metrics})
    assert entry.points == (Point("ap", 0.123457), Point("seconds_total", 2.0), Point("peak_mib", 2.0))
    assert entry.tags["nan"].split(", ") == ["ap_tail", "excess_log_loss", "f1"]


def test_how_near_synthetic_rows_lie_is_logged_where_it_is_known(run: Run) -> None:
    (group,) = groups_of([one := planned()])
    near = {"drawn": 0.3, "real": 0.5, "copies": 0.125}
    entry = cell_entry(run, group, {0: record(one, costs={}, nearness=near)}, {})
    assert entry.points == (Point("copies", 0.125), Point("nearness", 0.6))
    assert cell_entry(run, group, {0: record(one, costs={})}, {}).points == ()
    repeated = cell_entry(run, group, {0: record(one, costs={}, nearness=near | {"real": 0.0})}, {})
    assert repeated.points == (Point("copies", 0.125),)
    assert repeated.tags["nan"] == "nearness"


def test_seeds_of_a_large_run_are_steps(run: Run) -> None:
    members = [planned(seed=seed) for seed in range(3)]
    (group,) = groups_of(members, most=2)
    records = {seed: record(members[seed], "timeout" if seed == 2 else "done", costs={}) for seed in range(3)}
    entry = cell_entry(run, group, records, {0: {"ap": 0.1}, 1: {"ap": 0.2}})
    assert entry.points == (Point("ap", 0.1, 0), Point("ap", 0.2, 1))
    assert entry.tags["status"] == "done 2, timeout 1"
    assert entry.tags["seed"] == "0, 1, 2"
    assert entry.status == "FAILED"


def test_group_that_lacks_seeds_runs_as_long_as_its_run(run: Run) -> None:
    members = [planned(seed=seed) for seed in range(3)]
    (group,) = groups_of(members, most=2)
    some = {0: record(members[0])}
    goes_on, ended = (cell_entry(run, group, some, {}, alive=alive) for alive in (True, False))
    assert (goes_on.status, goes_on.ended) == ("RUNNING", None)
    assert ended.status == "KILLED"
    assert ended.ended is not None


def test_records_tag_changes_when_a_cell_has_run_again() -> None:
    one = planned()
    first, second = record(one), record(one, provenance={"started": "2026-01-02T03:04:06+00:00"})
    assert records_tag({0: first}) == f"0:{record_digest(first)}" != records_tag({0: second})
    assert started_at(second) - started_at(first) == 1


def test_cell_of_an_earlier_run_says_which(run: Run) -> None:
    (group,) = groups_of([one := planned()])
    provenance = {"started": 1.0, "run": "an-earlier-one"}
    assert cell_entry(run, group, {0: record(one, provenance=provenance)}, {}).tags["computed_by"] == "an-earlier-one"
    own = cell_entry(run, group, {0: record(one, provenance=provenance | {"run": run.name})}, {})
    assert "computed_by" not in own.tags


def test_run_is_described_by_its_plan(run: Run) -> None:
    entry = run_entry(run)
    assert entry.status == "RUNNING"
    assert entry.tags["kind"] == "run"
    assert entry.params["cells"] == "3"
    assert entry.params["seeds"] == "0, 1, 2"
    assert [one.name for one in entry.inputs] == ["toy"]


def test_counts_stand_in_the_order_of_statuses() -> None:
    assert counted(["timeout", "done", "failed", "done"]) == "done 2, failed 1, timeout 1"
    assert counted([]) == ""
