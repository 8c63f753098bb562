"""Sources that are found."""

import dataclasses
import json
import sys

import numpy as np
import pytest

from longtail import datasets
from longtail.bench.registry import source_name, source_named
from longtail.datasets.catalogue import source_classes
from longtail.datasets.generator.names import columns

NEEDED = {
    "file": {"path": "clicks.csv", "target": "clicked"},
    "keel": {"set": "yeast4"},
    "zenodo": {"set": "mammography"},
}
KNOWN = {name: kind(**NEEDED.get(name, {})) for name, kind in source_classes().items()}
GENERATED = [name for name, source in KNOWN.items() if source.generated]
QUICK = ("ctr", "conversion", "cat10", "cat10-drift", "medical-diagnosis")
"""one of each kind; the others' worlds take a while to calibrate"""
LOADED = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in GENERATED]


def test_every_source_is_found_by_name():
    assert {"ctr", "ctr-strong", "cat10", "cat50", "file", "zozo-click"} <= set(source_classes())
    assert all(kind.name == name for name, kind in source_classes().items())


def test_sources_are_frozen_and_say_what_they_are_in_their_own_words():
    for name, kind in source_classes().items():
        assert not kind.__doc__.startswith(f"{kind.__name__}("), f"{name} has no docstring of its own"
        with pytest.raises(dataclasses.FrozenInstanceError):
            KNOWN[name].rows = 1


@pytest.mark.parametrize("name", GENERATED)
def test_knobs_are_set_in_text_and_defaults_are_not_written(name):
    source = source_named(f"{name}(rows=41000, heterogeneity=0.5)")
    assert (source.rows, source.heterogeneity) == (41_000, 0.5)
    assert source_name(source) == f"{name}(heterogeneity=0.5,rows=41000)"
    assert source_name(source_named(f"{name}(test_rows={KNOWN[name].test_rows})")) == name


@pytest.mark.parametrize("name", [*GENERATED, "zozo-click"])
def test_identity_is_json_and_neither_it_nor_size_loads_rows(name, monkeypatch):
    monkeypatch.setattr(type(KNOWN[name]), "load", None)
    assert json.loads(json.dumps(KNOWN[name].identity()))
    rows, classes = KNOWN[name].size()
    assert rows >= 2_000 and 2 <= classes <= 1_000


@pytest.mark.parametrize("name", LOADED)
def test_a_seed_gives_the_same_rows_each_time_and_another_seed_others(name):
    source = type(KNOWN[name])(rows=300, test_rows=200)
    one, again, other = (source.load(np.random.SeedSequence(seed)) for seed in (1, 1, 2))
    assert one.X.equals(again.X) and np.array_equal(one.y, again.y)
    price = columns(source.scenario).get("price", "price")
    assert not one.X[price].equals(other.X[price])


def test_two_sources_of_one_name_are_refused(tmp_path, monkeypatch):
    text = "from dataclasses import dataclass\n\n@dataclass\nclass Again:\n    name = 'ctr'\n    load = None\n"
    (tmp_path / "again_ctr.py").write_text(text)
    monkeypatch.setattr(datasets, "__path__", [*datasets.__path__, str(tmp_path)])
    with pytest.raises(ValueError, match="two datasets are called ctr"):
        source_classes.__wrapped__()
    sys.modules.pop("longtail.datasets.again_ctr", None)
