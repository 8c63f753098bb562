"""What an epoch of the training loop costs: against a DataLoader, and against its matrix products alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from longtail.bench.learners.mlp import Mlp
from longtail.bench.seeds import seed_for
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.loop import Budget, Stage, train
from longtail.strategies.base import Strategy
from longtail.strategies.network import Moment, balanced
from longtail.strategies.table import Table

pytestmark = pytest.mark.benchmark

ROWS, COLUMNS, HIDDEN, BATCH, CLASSES = 100_000, 32, 128, 1024, 2
STEPS = -(-ROWS // BATCH)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def table() -> Table:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=ROWS) > 2).astype(np.int64)
    return Table(x, y, CLASSES, (0,) * COLUMNS, np.ones(ROWS, np.float32))


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def epoch(table: Table, rows: DeviceRows, strategy: Strategy | None = None) -> None:
    """One epoch of the measured path."""
    net = Mlp(hidden=HIDDEN, batch=BATCH).network(table, 0, 0)
    budget = Budget(STEPS, STEPS, BATCH, 1e-3)
    train(net, rows, None, strategy or Strategy(), budget, Stage(0, STEPS, seed_for(0, "order")))


def loader_epoch(table: Table) -> None:
    """The same network and optimiser, fed by a DataLoader."""
    net = Mlp(hidden=HIDDEN, batch=BATCH).network(table, 0, 0)
    layers = nn.Sequential(*net.body, net.head)
    optimiser = torch.optim.AdamW(layers.parameters(), 1e-3, weight_decay=0, fused=True)
    rows = TensorDataset(torch.from_numpy(table.x), torch.from_numpy(table.y))
    for x, y in DataLoader(rows, BATCH, shuffle=True):
        optimiser.zero_grad()
        F.cross_entropy(layers(x), y).backward()
        optimiser.step()


def products(x: Tensor) -> None:
    """The matrix products of an epoch, forward and backward, and nothing else."""
    first, second, head = torch.randn(HIDDEN, COLUMNS), torch.randn(HIDDEN, HIDDEN), torch.randn(CLASSES, HIDDEN)
    for start in range(0, ROWS, BATCH):
        rows = x[start : start + BATCH]
        one = rows @ first.T
        two = one @ second.T
        out = two @ head.T
        back = out @ head
        deeper = back @ second
        _ = out.T @ two, back.T @ one, deeper.T @ rows


def quickest(*actions: Callable[[], None], rounds: int = 7) -> list[float]:
    """Least CPU seconds of each on its one thread, in turns, so that a busy machine slows all alike."""
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, kept in zip(actions, seconds, strict=True):
            start = time.thread_time()
            action()
            kept.append(time.thread_time() - start)
    return [min(kept) for kept in seconds]


@dataclass(frozen=True)
class Weighted(Strategy):
    name: ClassVar[str] = "weighted"

    def class_weights(self, at: Moment) -> Tensor:
        return balanced(1 / at.counts.clamp_min(1), at.counts)


def test_epoch(benchmark: Any, table: Table) -> None:
    rows = DeviceRows.of(table, CPU)
    benchmark.pedantic(lambda: epoch(table, rows), rounds=5, warmup_rounds=1)


def test_epoch_with_a_loader(benchmark: Any, table: Table) -> None:
    benchmark.pedantic(lambda: loader_epoch(table), rounds=3, warmup_rounds=1)


def test_epoch_is_twice_as_fast_as_with_a_loader(table: Table) -> None:
    rows = DeviceRows.of(table, CPU)
    ours, loader = quickest(lambda: epoch(table, rows), lambda: loader_epoch(table), rounds=4)
    assert loader / ours >= 2


def test_epoch_takes_at_most_twice_its_matrix_products(table: Table) -> None:
    rows, x = DeviceRows.of(table, CPU), torch.from_numpy(table.x)
    ours, bare = quickest(lambda: epoch(table, rows), lambda: products(x))
    assert ours / bare <= 2


def test_hook_costs_little(table: Table) -> None:
    rows = DeviceRows.of(table, CPU)
    plain, weighted = quickest(lambda: epoch(table, rows), lambda: epoch(table, rows, Weighted()))
    assert weighted / plain <= 1.3
