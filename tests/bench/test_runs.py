import pytest

from longtail.bench.cells import Cell
from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.records import Record
from longtail.bench.runs import Planned, Run
from longtail.bench.suite import suite_from

SUITE = suite_from(
    {"name": "s", "datasets": ["ctr"], "pairs": [{"strategies": ["none", "smote"], "learners": ["mlp"]}]}, ""
)
PLANNED = tuple(
    Planned(Cell("ctr", strategy, "mlp", seed, data={"rows": 5}), "f", reason, 1.5, "controls", True)
    for seed in (0, 1)
    for strategy, reason in (("none", None), ("smote", "it can't"))
)


def made(root, name="s", **state):
    return Run.create(root, SUITE.model_copy(update={"name": name}), PLANNED, state)


def test_a_run_comes_back_from_its_folder(tmp_path):
    run = made(tmp_path, command="longtail run s")
    again = Run(run.path)
    assert again.planned == PLANNED
    assert again.suite == SUITE
    assert again.state["command"] == "longtail run s"
    assert (again.state["status"], again.state["finished"]) == ("running", None)
    again.update(status="finished")
    assert run.state["status"] == "finished"


def test_every_planned_cell_has_a_record(tmp_path):
    run = made(tmp_path)
    first = PLANNED[0].cell
    run.store.write(Record(first.id, first.identity, "f", "failed", "it broke"))
    found = [(record.status, record.reason) for _, record in run.records()]
    assert found == [
        ("failed", "it broke"),
        ("not_applicable", "it can't"),
        ("interrupted", "it has not run yet"),
        ("not_applicable", "it can't"),
    ]
    run.update(note="the budget was spent")
    assert run.record(PLANNED[2]).reason == "the budget was spent"


def test_a_corrupt_record_is_a_cell_that_has_to_be_fitted(tmp_path):
    run = made(tmp_path)
    first = PLANNED[0].cell
    run.store.write(Record(first.id, first.identity, "f", "failed"))
    (run.store.path(first.id, "f") / "record.json").write_text("{")
    assert run.record(PLANNED[0]).status == "interrupted"
    assert "corrupt" in run.record(PLANNED[0]).reason


def test_stale_records_stand_in_only_where_they_were_accepted(tmp_path):
    run = made(tmp_path)
    first = PLANNED[0].cell
    run.store.write(Record(first.id, first.identity, "older", "done"))
    assert run.record(PLANNED[0]).status == "interrupted"
    run.update(cache="accept-stale")
    assert run.record(PLANNED[0]).fingerprint == "older"


def test_runs_are_found_by_name_suite_path_and_age(tmp_path):
    first, other, last = made(tmp_path), made(tmp_path, "other"), made(tmp_path)
    assert [run.path for run in Run.all(tmp_path)] == [first.path, other.path, last.path]
    assert Run.open(tmp_path, first.name).path == first.path
    assert Run.open(tmp_path, "s").path == last.path
    assert Run.open(tmp_path, "other").path == other.path
    assert Run.open(tmp_path).path == last.path
    assert Run.open(tmp_path / "elsewhere", str(other.path)).path == other.path


def test_an_unknown_run_is_one_sentence(tmp_path):
    with pytest.raises(ConfigurationError, match="there is no run in"):
        Run.open(tmp_path, "s")
    made(tmp_path, "quick")
    with pytest.raises(ConfigurationError, match="'quik', did you mean 'quick'"):
        Run.open(tmp_path, "quik")


def test_a_corrupt_plan_names_its_path(tmp_path):
    run = made(tmp_path)
    (run.path / "plan.json").write_text('[{"cell": {}}]')
    with pytest.raises(StoreError, match=r"plan\.json is corrupt"):
        _ = Run(run.path).planned
