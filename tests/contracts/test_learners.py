"""The promises of every learner: this suite runs on each one that is found."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from longtail.bench.errors import NotApplicable
from longtail.bench.registry import learner_classes
from longtail.bench.training.fitting import fit_tables
from longtail.bench.training.learner import ANY, NETWORK, Costs, Learner, Task
from longtail.strategies.base import HOOKS, Strategy
from longtail.strategies.table import Table

KINDS = learner_classes()
SMALL: dict[str, dict[str, Any]] = {
    "mlp": {"hidden": 16, "epochs": 6, "batch": 64, "rate": 0.01},
    "forest": {"trees": 10},
    "dcn": {"hidden": 16, "epochs": 6, "batch": 64, "rate": 0.01},
    "gbdt": {"iterations": 10},
    "lightgbm": {"iterations": 10},
}
WEIGHT_IS_ROWS = {"logistic": 1e-3}
"""learners to which a row of weight 2 is the row twice, and how near scores come; others count or bootstrap rows"""
CPU = torch.device("cpu")
WIDE = (0, 4, 0, 700)
SHAPES = {
    "two classes": ((400, 60), WIDE),
    "many classes": ((200, 100, 50, 20, 8, 3, 1), WIDE),
    "a class absent from training": ((200, 0, 60), WIDE),
    "one class only": ((0, 90), WIDE),
    "numbers only": ((200, 60), (0, 0)),
    "categories only": ((200, 60), (5, 300)),
    "a class of one row": ((200, 1), WIDE),
    "fewer rows than columns": ((3, 2), (0,) * 8),
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
    assert kind.honours in (ANY, ANY | {"loss", "class_weights"}, NETWORK)
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


@pytest.mark.parametrize("name", ["dcn", "forest", "mlp"])
def test_members_of_an_ensemble_differ(name: str) -> None:
    table, probe = (table_of((200, 60, 9), WIDE, seed) for seed in (1, 5))
    one, other = (fit(name, table, member=member).scores(probe) for member in (0, 1))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("name", KINDS)
def test_constant_columns_say_nothing(name: str) -> None:
    """A column that is the same everywhere, number or code, leaves the scores finite and the rest to be learned."""
    table, probe = (table_of((300, 300), (0, 4, 0, 5), seed) for seed in (1, 5))
    x, other = table.x.copy(), probe.x.copy()
    x[:, 2:], other[:, 2:] = (7.0, 3.0), (7.0, 3.0)
    scores = fit(name, replace(table, x=x)).scores(replace(probe, x=other))
    assert np.isfinite(scores).all()
    assert (scores.argmax(axis=1) == probe.y).mean() > 0.65


@pytest.mark.parametrize("name", sorted(WEIGHT_IS_ROWS))
def test_a_row_of_weight_two_is_the_row_twice(name: str) -> None:
    table, probe = (table_of((200, 60), (0, 4, 0), seed) for seed in (1, 5))
    heavy = replace(table, weight=np.where(table.y == 1, 2, 1).astype(np.float32))
    weighted, doubled = (fit(name, rows).scores(probe) for rows in (heavy, table.plus(table.take(table.y == 1))))
    np.testing.assert_allclose(weighted, doubled, atol=WEIGHT_IS_ROWS[name])


@pytest.mark.parametrize("name", KINDS)
def test_rows_of_no_weight_are_as_good_as_absent(name: str) -> None:
    """Labels turned round in rows of weight 0 change nothing that can be seen."""
    table, probe = (table_of((300, 300), (0, 4, 0), seed) for seed in (1, 5))
    off = np.arange(len(table)) % 2 == 0
    turned = replace(table, y=np.where(off, 1 - table.y, table.y), weight=np.where(off, 0, 1).astype(np.float32))
    scores = fit(name, turned).scores(probe)
    assert (scores.argmax(axis=1) == probe.y).mean() > 0.65


@pytest.mark.parametrize("name", KINDS)
def test_weights_count(name: str) -> None:
    table, probe = (table_of((200, 60), (0, 4, 0), seed) for seed in (1, 5))
    heavy = replace(table, weight=np.where(table.y == 1, 6, 0.5).astype(np.float32))
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


def calls_of(hook: str) -> tuple[Strategy, list[str]]:
    """A strategy that overrides one hook, does what is usual in it, and notes that it was called."""
    met: list[str] = []
    usual = getattr(Strategy, hook)

    def noted(self: Strategy, *given: Any) -> Any:
        met.append(hook)
        if hook == "gradient":
            rows, params = given[0], given[1]
            return torch.func.grad(lambda p: rows(p).mean())(params)
        return usual(self, *given)

    def mixed(self: Strategy, batch: Any, other: Any, at: Any) -> Any:
        return batch

    own = {"name": "probe", hook: noted} | ({"augment": mixed} if hook == "partner" else {})
    return dataclasses.dataclass(frozen=True)(type("Probe", (Strategy,), own))(), met


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook != "estimator"])
@pytest.mark.parametrize("name", KINDS)
def test_honours_the_hooks_that_it_says_and_refuses_the_others(name: str, hook: str) -> None:
    strategy, met = calls_of(hook)
    train, valid = (table_of((80, 20), (0, 4), seed) for seed in (1, 5))
    if hook in KINDS[name].honours:
        fit_tables(strategy, learner_of(name), train, valid, 0, CPU)
        assert met
    else:
        with pytest.raises(NotApplicable, match=f"{name} does not honour the hook .*{hook} that probe acts through"):
            fit_tables(strategy, learner_of(name), train, valid, 0, CPU)
        assert not met


@pytest.mark.parametrize("name", KINDS)
def test_effort_names_settings_of_the_learner(name: str) -> None:
    kind = KINDS[name]
    assert set(kind.effort) <= {field.name for field in dataclasses.fields(kind)}
    for values in (kind.grid[key] for key in kind.effort if key in kind.grid):
        assert list(values) == sorted(values)  # tuning starts from the last, the longest


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].effort and name != "forest"])
def test_effort_is_counted_in_steps(name: str) -> None:
    table, costs = table_of((200, 60), WIDE, 1), Costs()
    fit(name, table, costs=costs)
    assert costs.optimiser_steps > 0
