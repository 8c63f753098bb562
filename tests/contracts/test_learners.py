"""The promises of every learner: this suite runs on each one that is found."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from longtail.bench.learners.base import ANY, NETWORK, Costs, Learner, Task
from longtail.bench.parts import learner_classes
from longtail.strategies.base import HOOKS, Strategy
from longtail.strategies.table import Table

KINDS = learner_classes()
SMALL: dict[str, dict[str, Any]] = {
    "mlp": {"hidden": 16, "epochs": 6, "batch": 64, "rate": 0.01},
    "forest": {"trees": 10},
    "gbdt": {"iterations": 10},
}
CPU = torch.device("cpu")
WIDE = (0, 4, 0, 700)
SHAPES = {
    "two classes": ((400, 60), WIDE),
    "many classes": ((200, 100, 50, 20, 8, 3, 1), WIDE),
    "a class absent from training": ((200, 0, 60), WIDE),
    "one class only": ((0, 90), WIDE),
    "numbers only": ((200, 60), (0, 0)),
    "categories only": ((200, 60), (5, 300)),
}


def table_of(counts: tuple[int, ...], cardinalities: tuple[int, ...], seed: int) -> Table:
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.int64)
    columns = [
        np.where(rng.random(len(y)) < 0.5, y % codes, rng.integers(codes, size=len(y)))
        if codes
        else rng.normal(y % 3, 1)
        for codes in cardinalities
    ]
    return Table(
        np.stack(columns, axis=1).astype(np.float32), y, len(counts), cardinalities, np.ones(len(y), np.float32)
    )


def learner_of(name: str) -> Learner:
    learner: Learner = KINDS[name](**SMALL.get(name, {}))
    return learner


def fit(name: str, table: Table, seed: int = 0, member: int = 0, costs: Costs | None = None) -> Any:
    valid = table_of((20,) * table.classes, table.cardinalities, 9)
    task = Task(Strategy(), valid, seed, member, len(table), CPU)
    return learner_of(name).fit(table, task, costs or Costs())


@pytest.mark.parametrize("name", KINDS)
def test_is_a_frozen_dataclass_with_hooks_that_exist(name: str) -> None:
    kind = KINDS[name]
    assert dataclasses.is_dataclass(kind)
    assert kind.name == name
    assert kind.honours >= ANY
    assert kind.honours <= set(HOOKS) - {"estimator"}
    assert kind.honours in (ANY, NETWORK)
    with pytest.raises(dataclasses.FrozenInstanceError):
        learner_of(name).name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("name", KINDS)
def test_grid_holds_settings_that_can_be_built(name: str) -> None:
    for key, values in KINDS[name].grid.items():
        for value in values:
            assert getattr(KINDS[name](**{key: value}), key) == value


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", KINDS)
def test_gives_log_probabilities_whatever_the_rows(name: str, shape: str) -> None:
    counts, cardinalities = SHAPES[shape]
    probe = table_of((30,) * len(counts), cardinalities, 5)
    scores = fit(name, table_of(counts, cardinalities, 1)).scores(probe)
    assert scores.shape == (len(probe), len(counts))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(np.exp(scores.astype(np.float64)).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_learns_something(name: str) -> None:
    probe = table_of((200, 200), WIDE, 5)
    scores = fit(name, table_of((300, 300), WIDE, 1)).scores(probe)
    assert (scores.argmax(axis=1) == probe.y).mean() > 0.65


@pytest.mark.parametrize("name", KINDS)
def test_same_seed_gives_same_scores(name: str) -> None:
    table, probe = (table_of((200, 60, 9), WIDE, seed) for seed in (1, 5))
    one, again = (fit(name, table, seed=3).scores(probe) for _ in range(2))
    assert np.array_equal(one, again)


@pytest.mark.parametrize("name", ["forest", "mlp"])
def test_members_of_an_ensemble_differ(name: str) -> None:
    table, probe = (table_of((200, 60, 9), WIDE, seed) for seed in (1, 5))
    one, other = (fit(name, table, member=member).scores(probe) for member in (0, 1))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("name", KINDS)
def test_weights_count(name: str) -> None:
    table, probe = (table_of((200, 60), WIDE, seed) for seed in (1, 5))
    heavy = replace(table, weight=np.where(table.y == 1, 20, 0.5).astype(np.float32))
    plain, weighted = (fit(name, rows).scores(probe) for rows in (table, heavy))
    assert np.exp(weighted[:, 1]).mean() > np.exp(plain[:, 1]).mean() + 0.05


@pytest.mark.parametrize("name", KINDS)
def test_class_never_seen_has_hardly_any_probability(name: str) -> None:
    scores = fit(name, table_of((300, 0, 300), WIDE, 1)).scores(table_of((50, 50, 50), WIDE, 5))
    assert np.exp(scores[:, 1]).mean() < 0.05
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", KINDS)
def test_codes_never_seen_are_taken(name: str) -> None:
    table = table_of((300, 80), (0, 700), 1)
    few = replace(table, x=np.stack([table.x[:, 0], table.x[:, 1] % 3], axis=1))
    probe = replace(table, x=np.stack([table.x[:, 0], np.full(len(table), 699, np.float32)], axis=1))
    assert np.isfinite(fit(name, few).scores(probe)).all()


@pytest.mark.parametrize("name", KINDS)
def test_model_pickles(name: str) -> None:
    table = table_of((200, 60), WIDE, 1)
    model = fit(name, table)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).scores(table), model.scores(table))


@pytest.mark.parametrize("name", KINDS)
def test_table_is_left_as_it_was(name: str) -> None:
    table = table_of((200, 60), WIDE, 1)
    before = table.x.copy(), table.y.copy(), table.weight.copy()
    fit(name, table).scores(table)
    for part, kept in zip((table.x, table.y, table.weight), before, strict=True):
        assert np.array_equal(part, kept)
