import json
from dataclasses import replace

import pytest

from longtail.bench import cli
from longtail.bench.cells import Cell
from longtail.bench.planning.fingerprint import fingerprint_of
from longtail.bench.records import Record
from longtail.bench.registry import learner_named, source_named, strategy_named
from longtail.bench.store import Store

CELL = Cell("ctr", "smote", "logistic", 0)


@pytest.fixture
def store(tmp_path):
    now = fingerprint_of(strategy_named("smote"), learner_named("logistic"), source_named("ctr"))
    changed = dict(now.modules) | {"longtail.strategies.over_sampling.smote": "other"}
    packages = dict(now.packages) | {"numpy": "1.0"}
    kept = Store(tmp_path)
    for fingerprint, modules, versions in (
        (now.value, now.modules, now.packages),
        ("aaaa", changed, now.packages),
        ("bbbb", now.modules, packages),
    ):
        provenance = {"modules": modules, "packages": versions}
        kept.write(Record(CELL.id, CELL.identity, fingerprint, "failed", provenance=provenance))
    other = replace(CELL, settings={"rounds": 3})
    kept.write(Record(other.id, other.identity, "aaaa", "failed"))
    return kept


def test_it_says_which_module_package_or_setting_changed(store, capsys):
    assert cli.call(["why", CELL.id[:8], "--runs", str(store.root), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    changes = {record["fingerprint"]: record["changes"] for record in told["records"]}
    assert changes.pop(told["now"]) == []
    assert changes["aaaa"] == ["module longtail.strategies.over_sampling.smote changed"]
    assert len(changes["bbbb"]) == 1
    assert changes["bbbb"][0].startswith("package numpy changed from 1.0 to ")
    assert told["near"][0]["changes"] == ["settings is {'rounds': 3}, not {}"]


def test_people_get_a_line_a_record(store, capsys):
    assert cli.call(["why", CELL.id, "--runs", str(store.root)]) == 0
    out = capsys.readouterr().out
    assert "the source is the same" in out
    assert "module longtail.strategies.over_sampling.smote changed" in out


def test_an_id_that_no_cell_has_is_one_sentence(store, capsys):
    assert cli.call(["why", "zzz", "--runs", str(store.root)]) == 1
    assert "no cell in" in capsys.readouterr().err
    assert cli.call(["why", "", "--runs", str(store.root)]) == 1
    assert "the ids of 2 cells start with ''" in capsys.readouterr().err
