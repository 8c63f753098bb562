"""What hooks cost: the training loop under a strategy against a bare loop; and several seeds against one by one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from longtail.bench.learners.mlp import Mlp
from longtail.bench.registry import strategy_named
from longtail.bench.seeds import generator, seed_for
from longtail.bench.training.batched import TrainingRequest, train_many
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.loop import Budget, Stage, Vector, train
from longtail.bench.training.optimisers import Adam
from longtail.strategies.catalogue import strategy_classes
from longtail.strategies.network import Batch, Net
from longtail.strategies.table import Table

pytestmark = pytest.mark.benchmark

ROWS, COLUMNS, HIDDEN, BATCH, CLASSES = 50_000, 32, 128, 1024, 20
STEPS = -(-ROWS // BATCH)
CPU = torch.device("cpu")
LEARNER = Mlp(hidden=HIDDEN, batch=BATCH)
PLAIN = frozenset({"loss", "class_weights", "draw", "partner", "augment"})
BUDGET = Budget(STEPS, STEPS, BATCH, 1e-3)


def table_of(n: int, classes: int, columns: int = COLUMNS, seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    prior = 1 / np.arange(1, classes + 1) ** 1.2
    y = rng.choice(classes, n, p=prior / prior.sum()).astype(np.int64)
    x = (rng.normal(size=(classes, columns))[y] + rng.normal(size=(n, columns))).astype(np.float32)
    return Table(x, y, classes, (0,) * columns, np.ones(n, np.float32))


@pytest.fixture(scope="module")
def table() -> Table:
    return table_of(ROWS, CLASSES)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def bare(table: Table, rows: DeviceRows) -> None:
    """The same network, batches and optimiser, and no strategy."""
    net = LEARNER.network(table, 0, 0)
    vector = Vector(dict(net.named_parameters()))
    adam = Adam(vector.whole, 1e-3)
    order = torch.randperm(ROWS, generator=generator(seed_for(0, "order")))
    order = torch.cat([order, order[: STEPS * BATCH - ROWS]]).reshape(STEPS, BATCH)
    for at in order:
        batch = Batch(tuple(part.index_select(0, at) for part in rows.x), rows.y.index_select(0, at), rows.weight[at])
        vector.clear()
        F.cross_entropy(net(batch), batch.y).backward()
        adam.step()


def hooked(table: Table, rows: DeviceRows, name: str) -> None:
    net = network_of(LEARNER, table, 0, name, CPU)
    train(net, rows, None, strategy_named(name), BUDGET, Stage(0, STEPS, seed_for(0, "order")))


def network_of(learner: Mlp, table: Table, seed: int, name: str, device: torch.device) -> Net:
    net = learner.network(table, seed, 0)
    return strategy_named(name).network(net, table.classes, generator(seed_for(seed, "strategy"))).to(device)


def times(plain: Callable[[], None], ours: Callable[[], None], rounds: int = 15) -> float:
    """CPU seconds of ours over those of the plain one before and after: the median, since a machine may be busy."""

    def seconds(action: Callable[[], None]) -> float:
        start = time.thread_time()
        action()
        return time.thread_time() - start

    seconds(ours)
    before, ratios = seconds(plain), []
    for _ in range(rounds):
        own, after = seconds(ours), seconds(plain)
        ratios.append(2 * own / (before + after))
        before = after
    return statistics.median(ratios)


def named_by_hooks() -> list[str]:
    """Every strategy that is nothing but a loss, a draw or an augmentation."""
    found = {name: kind().acts for name, kind in strategy_classes().items()}
    return [name for name, acts in found.items() if acts and acts <= PLAIN]


# those that act through other hooks too, as a head of their own; manifold-mixup blends in two places
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("none", 1.10),
        *((name, 1.25) for name in (*named_by_hooks(), "class-weights", "ldam", "lade")),
        ("manifold-mixup", 1.35),
    ],
)
def test_a_strategy_costs_little_over_a_bare_loop(table: Table, name: str, most: float) -> None:
    rows = DeviceRows.of(table, CPU)
    found = times(lambda: bare(table, rows), lambda: hooked(table, rows, name))
    print(f"{name}: {found:.3f} of a bare loop")
    assert found <= most


def test_a_gradient_for_each_of_many_classes_costs_no_pass_for_each() -> None:
    many = table_of(5120, 50)
    rows, learner, budget = DeviceRows.of(many, CPU), Mlp(hidden=HIDDEN, batch=256), Budget(20, 20, 256, 1e-3)

    def fit(name: str) -> None:
        stage = Stage(0, budget.steps, seed_for(0, "order"))
        train(network_of(learner, many, 0, name, CPU), rows, None, strategy_named(name), budget, stage)

    found = times(lambda: fit("none"), lambda: fit("class-normalised-gradient"))
    print(f"class-normalised-gradient, 50 classes: {found:.1f} of a plain fit")
    assert found <= 10


def batched(tables: list[Table], rows: list[DeviceRows], learner: Mlp, budget: Budget, name: str) -> None:
    stages = [Stage(0, budget.steps, seed_for(seed, "order")) for seed in range(len(tables))]
    asked = [
        TrainingRequest(network_of(learner, t, seed, name, r.y.device), r, None, strategy_named(name), budget, stage)
        for seed, (t, r, stage) in enumerate(zip(tables, rows, stages, strict=True))
    ]
    train_many(asked)


def one_by_one(tables: list[Table], rows: list[DeviceRows], learner: Mlp, budget: Budget, name: str) -> None:
    for seed, (t, r) in enumerate(zip(tables, rows, strict=True)):
        stage = Stage(0, budget.steps, seed_for(seed, "order"))
        train(network_of(learner, t, seed, name, r.y.device), r, None, strategy_named(name), budget, stage)


def ratio(device: torch.device, name: str, learner: Mlp, n: int = 8000, seeds: int = 8) -> float:
    """Seconds of one by one over seconds of together."""
    tables = [table_of(n, CLASSES, seed=seed) for seed in range(seeds)]
    rows = [DeviceRows.of(t, device) for t in tables]
    steps = -(-n // learner.batch)
    budget = Budget(steps, steps, learner.batch, 1e-3)
    least = [1e9, 1e9]
    for _ in range(4):
        for which, way in enumerate((one_by_one, batched)):
            start = time.perf_counter()
            way(tables, rows, learner, budget, name)
            if device.type == "cuda":
                torch.cuda.synchronize()
            least[which] = min(least[which], time.perf_counter() - start)
    print(f"{name}, {seeds} seeds, hidden {learner.hidden}, batch {learner.batch}: {least[0] / least[1]:.2f} times")
    return least[0] / least[1]


@pytest.mark.parametrize("name", ["none", "mixup", "balanced-softmax", "group-dro"])
def test_small_networks_of_several_seeds_are_no_slower_together(name: str) -> None:
    assert ratio(CPU, name, Mlp(hidden=32, batch=128)) >= 1


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["none", "mixup", "balanced-softmax", "group-dro"])
def test_seeds_on_a_gpu_are_quicker_together(name: str) -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    assert ratio(torch.device("cuda"), name, Mlp(hidden=128, batch=256)) >= 3
