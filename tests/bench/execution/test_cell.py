"""The body of a cell."""

import json
import time

import numpy as np
import pandas as pd
import pytest

from longtail.bench.cells import Cell
from longtail.bench.execution.cell import fit_cell
from longtail.bench.training import neighbours
from longtail.bench.training.neighbour_cache import NeighbourCache
from longtail.bench.training.preparation import prepare
from longtail.datasets.base import Card, Dataset

SPENT = 500.0
"""seconds that the first search is made to seem to have taken"""


class Slow(NeighbourCache):
    def put(self, key, found):
        super().put(key, found.__class__(found.ids, found.nearest, found.squares, SPENT))


def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 4))
    y = (x[:, 0] + rng.normal(size=400) > 1.2).astype(np.int64)
    return prepare(Dataset("rows", pd.DataFrame(x), y, ("no", "yes"), Card("t", "r", "l", "s", "x")), 0)


def test_who_takes_neighbours_that_another_has_found_has_their_seconds_in_its_total(monkeypatch):
    prepared = data()
    monkeypatch.setattr(neighbours, "WORTH", 0.0)
    monkeypatch.setattr(neighbours.NeighbourProvider.__init__, "__defaults__", (Slow(),))
    first, second = (
        fit_cell(Cell("rows", "smote(strength=1)", "logistic", 0), prepared).fields["costs"] for _ in range(2)
    )
    assert first["seconds_shared"] == 0
    assert first["seconds_total"] < SPENT
    assert second["seconds_shared"] == pytest.approx(SPENT)
    assert SPENT < second["seconds_resample"] < second["seconds_total"] < SPENT + 60


def test_the_record_says_how_near_added_rows_lie_and_its_seconds_are_in_no_other():
    prepared = data()
    start = time.perf_counter()
    found = {
        name: fit_cell(Cell("rows", name, "logistic", 0), prepared).fields
        for name in ("none", "random-oversampling(strength=1)", "smote(strength=1)", "random-undersampling(strength=1)")
    }
    took = time.perf_counter() - start
    copied, near = (found[f"{name}(strength=1)"]["nearness"] for name in ("random-oversampling", "smote"))
    assert copied["drawn"] == 0
    assert copied["copies"] == 1
    assert near["copies"] == 0
    assert 0 < near["drawn"] < near["real"] == copied["real"]
    assert found["none"]["nearness"] == found["random-undersampling(strength=1)"]["nearness"] == {}
    parts = [cell["costs"][f"seconds_{part}"] for cell in found.values() for part in ("total", "observed")]
    assert sum(parts) <= took
    json.dumps(found, allow_nan=False)
