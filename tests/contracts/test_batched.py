"""Several seeds trained as one program give what each gives alone: on every strategy that acts on networks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from longtail.bench.errors import NotApplicable, TrainingError
from longtail.bench.learners.mlp import Mlp
from longtail.bench.registry import strategy_named
from longtail.bench.training.fitting import Fitted, fit_tables
from longtail.bench.training.learner import ANY
from longtail.bench.training.many import SeedBarrier, fit_many
from longtail.strategies.catalogue import strategy_classes
from longtail.strategies.table import Table

CPU = torch.device("cpu")
SEEDS = (0, 1, 2, 3)
COUNTS = (120, 60, 30, 15, 8, 5)
MLP = Mlp(epochs=4, batch=64, hidden=16, rate=0.01)
CLOSE = 1e-6
"""probabilities: batched matrix products may sum in another order"""
SMALL = {"members": 3, "steps": 5, "rounds": 2, "epochs": 3}


def rows(counts: tuple[int, ...], seed: int, codes: int = 6) -> Table:
    rng = np.random.default_rng(seed)
    table, more = (bare(counts, rng, codes) for _ in range(2))
    unlabelled = replace(more, y=np.zeros(len(more), np.int64))
    return replace(table, unlabelled=unlabelled, oracle=more.y, source=more)


def bare(counts: tuple[int, ...], rng: np.random.Generator, codes: int) -> Table:
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.int64)
    numbers = rng.normal(0.7 * (y[:, None] % 3), 1, (len(y), 2))
    category = np.where(rng.random(len(y)) < 0.4, y % codes, rng.integers(codes, size=len(y)))
    x = np.concatenate([numbers, category[:, None]], axis=1).astype(np.float32)
    weight = rng.uniform(0.5, 1.5, len(y)).astype(np.float32)
    propensity = rng.uniform(0.05, 1, len(y)).astype(np.float32)
    group = rng.integers(20, size=len(y))
    examination = rng.uniform(0.05, 1, len(y)).astype(np.float32)
    return Table(x, y, len(counts), (0, 0, codes), weight, propensity, group, examination)


def pairs(counts: tuple[int, ...] = COUNTS, codes: tuple[int, ...] = (6,) * 4) -> list[tuple[Table, Table]]:
    return [(rows(counts, s, k), rows((20,) * len(counts), 50 + s, k)) for s, k in zip(SEEDS, codes, strict=True)]


def of_networks() -> list[str]:
    found = {name: kind() for name, kind in strategy_classes().items()}
    plain = [name for name, s in found.items() if s.acts - ANY and not {"estimator"} & s.acts]
    return ["none", *plain, "mixup+deferred-reweighting", "bagging+balanced-softmax"]


def quick(name: str) -> Any:
    strategy = strategy_named(name)
    small = {key: value for key, value in SMALL.items() if hasattr(strategy, key)}
    return replace(strategy, **small) if small else strategy


def alone(strategy: Any, tables: list[tuple[Table, Table]], learner: Mlp = MLP) -> list[Fitted | str]:
    given: list[Fitted | str] = []
    for (train, valid), seed in zip(tables, SEEDS, strict=True):
        try:
            given.append(fit_tables(strategy, learner, train, valid, seed, CPU))
        except NotApplicable as skipped:
            given.append(str(skipped))
    return given


def assert_same(single: Sequence[Fitted | str], many: Sequence[Any], tables: list[tuple[Table, Table]]) -> None:
    for one, other, (_, valid) in zip(single, many, tables, strict=True):
        if isinstance(one, str):
            assert isinstance(other, NotApplicable)
            assert str(other) == one
            continue
        gap = np.abs(np.exp(one.scores(valid)) - np.exp(other.scores(valid))).max()
        assert gap <= CLOSE
        assert one.costs["optimiser_steps"] == other.costs["optimiser_steps"]
        assert one.costs["rows_after"] == other.costs["rows_after"]


@pytest.fixture
def gatherings(monkeypatch: pytest.MonkeyPatch) -> list[SeedBarrier]:
    """The meetings that are held in a test."""
    held: list[SeedBarrier] = []

    def hold(seats: int) -> SeedBarrier:
        held.append(SeedBarrier(seats))
        return held[-1]

    monkeypatch.setattr(sys.modules[fit_many.__module__], "SeedBarrier", hold)
    return held


@pytest.mark.parametrize("name", of_networks())
def test_batched_seeds_score_as_single_ones(name: str, gatherings: list[SeedBarrier]) -> None:
    strategy = quick(name)
    for counts in (COUNTS, (220, 20)):
        tables = pairs(counts)
        single = alone(strategy, tables)
        many = fit_many(strategy, MLP, tables, SEEDS, CPU)
        assert_same(single, many, tables)
        if any(isinstance(one, Fitted) for one in single):
            assert gatherings[-1].batched >= len(SEEDS), "one by one they are the same in any case"
            assert gatherings[-1].alone == 0
            return
    pytest.fail(f"{name} runs neither on many classes nor on two")


def test_batched_seeds_score_as_single_ones_where_lengths_of_classes_take_one_backward_pass() -> None:
    # few rows a batch and many classes
    tables, small = pairs((60, 40, 25, 15, *[9] * 8)), replace(MLP, batch=16)
    strategy = quick("class-normalised-gradient")
    assert_same(alone(strategy, tables, small), fit_many(strategy, small, tables, SEEDS, CPU), tables)


def test_seeds_share_one_program_also_where_their_codes_differ_in_number(gatherings: list[SeedBarrier]) -> None:
    tables = pairs(codes=(4, 9, 6, 7))
    assert_same(alone(quick("mixup"), tables), fit_many(quick("mixup"), MLP, tables, SEEDS, CPU), tables)
    assert (gatherings[0].batched, gatherings[0].alone) == (4, 0)


def test_what_cannot_share_a_program_is_trained_one_by_one(gatherings: list[SeedBarrier]) -> None:
    tables = [(rows((100 + 70 * seed, 40, 9), seed), rows((20, 20, 20), 50 + seed)) for seed in SEEDS]
    assert_same(alone(quick("none"), tables), fit_many(quick("none"), MLP, tables, SEEDS, CPU), tables)
    assert gatherings[0].alone >= 2


def test_early_stopping_is_each_seeds_own(gatherings: list[SeedBarrier]) -> None:
    eager = replace(MLP, epochs=40, patience=1)
    tables = pairs()
    single = alone(quick("none"), tables, eager)
    many = fit_many(quick("none"), eager, tables, SEEDS, CPU)
    steps = [fitted.costs["optimiser_steps"] for fitted in many if isinstance(fitted, Fitted)]
    assert len(set(steps)) > 1, "they should stop at different times, or the test shows nothing"
    assert_same(single, many, tables)
    assert gatherings[0].batched == 4


def test_a_seed_that_diverges_leaves_the_others_alone() -> None:
    tables = pairs()
    train, valid = tables[1]
    broken = train.x.copy()
    broken[:, 0] = 1e38
    tables[1] = (replace(train, x=broken), valid)
    many = fit_many(quick("none"), replace(MLP, optimiser="sgd"), tables, SEEDS, CPU)
    assert isinstance(many[1], TrainingError)
    assert "diverged" in str(many[1])
    kept = [place for place in range(4) if place != 1]
    single = [fit_tables(quick("none"), replace(MLP, optimiser="sgd"), *tables[p], SEEDS[p], CPU) for p in kept]
    assert_same(single, [many[p] for p in kept], [tables[p] for p in kept])


def test_an_error_of_one_thread_is_raised() -> None:
    tables = pairs()
    with pytest.raises(AttributeError):
        fit_many(quick("none"), None, tables, SEEDS, CPU)  # type: ignore[arg-type] # what a caller may get wrong


@pytest.mark.gpu
def test_batched_seeds_on_a_gpu_score_as_on_the_cpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    tables = pairs()
    single = alone(quick("balanced-softmax"), tables)
    many = fit_many(quick("balanced-softmax"), MLP, tables, SEEDS, torch.device("cuda"))
    for one, other, (_, valid) in zip(single, many, tables, strict=True):
        assert isinstance(one, Fitted)
        assert isinstance(other, Fitted)
        np.testing.assert_allclose(np.exp(one.scores(valid)), np.exp(other.scores(valid)), atol=1e-3)
