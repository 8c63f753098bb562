import copy
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from longtail.bench.errors import TrainingError
from longtail.bench.seeds import generator, seed_for
from longtail.bench.training.checkpoints import Look
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.learner import Task
from longtail.bench.training.loop import Budget, Stage, StageTrainer, train
from longtail.strategies.base import Strategy
from longtail.strategies.network import Net
from longtail.strategies.table import Table

CPU = torch.device("cpu")


class Numbers(nn.Module):
    def forward(self, x):
        return x[0]


def net(seed=0):
    torch.manual_seed(seed)
    return Net(Numbers(), nn.Sequential(nn.Linear(3, 8), nn.ReLU()), nn.Linear(8, 2), 8)


def table(n=100, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=n) > 0.5).astype(np.int64)
    return Table(x, y, 2, (0, 0, 0), rng.uniform(0.5, 1.5, n).astype(np.float32))


def stage(first, last):
    return Stage(first, last, seed_for(0, "order", 0, 0))


def weights(net):
    return {name: p.detach().clone() for name, p in net.named_parameters()}


def equal(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


def course(strategy, rows=None, epochs=4, seed=0, **settings):
    rows = table() if rows is None else rows
    task = Task(strategy, table(60, 1), seed, 0, 100, CPU)
    return StageTrainer(task, rows, Budget(epochs * 4, 4, 32, 0.01, **settings))


def test_without_a_strategy_it_is_a_plain_torch_loop():
    rows, ours, plain = table(), net(), net()
    train(ours, DeviceRows.of(rows, CPU), None, Strategy(), Budget(8, 4, 32, 0.01), stage(0, 8))

    source = generator(seed_for(0, "order", 0, 0).spawn(3)[0])
    order = torch.cat([torch.randperm(100, generator=source) for _ in range(3)])
    x, y, w = torch.from_numpy(rows.x), torch.from_numpy(rows.y), torch.from_numpy(rows.weight)
    optimiser = torch.optim.AdamW(plain.parameters(), 0.01, weight_decay=0, foreach=False, fused=False)
    for i in range(8):
        at = order[32 * i : 32 * (i + 1)]
        optimiser.zero_grad()
        logits = plain.head(plain.body(x[at]))
        (F.cross_entropy(logits, y[at], reduction="none") * w[at]).mean().backward()
        optimiser.step()
    assert equal(weights(ours), weights(plain))


def test_every_strategy_gets_the_same_number_of_steps():
    few, many = table(10), table(700)
    for rows in (few, table(), many):
        stages = course(Strategy(), rows)
        stages.train(net(), table=rows)  # rows of its own: no early stop
        assert stages.steps == 16


def test_batches_are_whole_when_rows_are_few():
    sizes = []

    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"

        def loss(self, logits, y, at):
            sizes.append(len(y))
            return super().loss(logits, y, at)

    course(Watching(), table(10)).train(net())
    assert set(sizes) == {10}


def test_only_some_parameters_move_the_others_are_bit_identical():
    made = net()
    before = weights(made)
    course(Strategy()).train(made, only="head")
    after = weights(made)
    for name in before:
        assert torch.equal(before[name], after[name]) != name.startswith("head")
    assert all(p.requires_grad for p in made.parameters())


def test_stages_share_the_budget_and_its_fraction():
    seen = []

    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"

        def class_weights(self, at):
            seen.append(at.fraction)
            return super().class_weights(at)

    stages = course(Watching())
    made = stages.train(net(), table=table(), share=0.75)
    stages.train(made, table=table(), share=0.25)
    dry = [0.0, 1.0]  # the dry runs before each stage
    assert seen == [*dry, *(i / 16 for i in range(12)), *dry, *(i / 16 for i in range(12, 16))]


def test_stage_beyond_the_budget_is_refused():
    stages = course(Strategy())
    stages.train(net(), share=0.6)
    with pytest.raises(TrainingError, match=r"must ask for more than 0 and at most 0.4 of the budget, got 0.5"):
        stages.train(net(), share=0.5)


def test_stages_meet_rows_in_orders_of_their_own():
    orders = []

    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"

        def objective(self, net, batch, losses, at):
            orders.append(batch.x[0][:, 0].tolist())
            return losses(net(batch), batch)

    stages = course(Watching(), epochs=2)
    made = stages.train(net(), table=table(), share=0.5)
    stages.train(made, table=table(), share=0.5)
    first, second = orders[2:6], orders[8:12]  # two dry runs before each
    assert first != second


def test_row_order_does_not_depend_on_the_strategy():
    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"
        noisy: bool = False
        met: list = field(default_factory=list)

        def augment(self, batch, other, at):
            self.met.append(batch.x[0][:, 0].tolist())
            if self.noisy:
                at.rng.normal(5)
            return batch

    calm, noisy = Watching(), Watching(noisy=True)
    for strategy in (calm, noisy):
        course(strategy).train(net())
    assert calm.met == noisy.met


def test_an_augmentation_that_pairs_no_rows_is_given_the_batch_twice():
    @dataclass(frozen=True)
    class Alone(Strategy):
        pairs: ClassVar[bool] = False

        def augment(self, batch, other, at):
            assert other is batch
            return batch

    one, other = (weights(course(strategy).train(net())) for strategy in (Alone(), Strategy()))
    assert equal(one, other)


def test_first_of_equal_checkpoints_is_kept(monkeypatch):
    values = iter([0.1, 0.5, 0.3, 0.1])  # means of the last three: .1, .3, .3, .3
    states = []

    def at(self, net):
        states.append(weights(net))
        return next(values), torch.zeros(2)

    monkeypatch.setattr(Look, "at", at)
    made = course(Strategy()).train(net())
    assert len(states) == 4
    assert equal(weights(made), states[1])


def test_no_checkpoint_counts_before_the_strategy_has_settled(monkeypatch):
    values = iter([0.4, 0.3, 0.1, 0.2])
    states = []

    def at(self, net):
        states.append(weights(net))
        return next(values), torch.zeros(2)

    @dataclass(frozen=True)
    class Late(Strategy):
        name: ClassVar[str] = "late"

        @property
        def settled(self):
            return 0.5

    monkeypatch.setattr(Look, "at", at)
    stages = course(Late(), patience=1)
    made = stages.train(net())
    assert len(states) == 4  # patience did not end it at the second look
    assert equal(weights(made), states[3])


def test_patience_ends_training(monkeypatch):
    values = iter([0.4, 0.3, 0.2, 0.1])
    monkeypatch.setattr(Look, "at", lambda self, net: (next(values), torch.zeros(2)))
    stages = course(Strategy(), patience=2)
    stages.train(net())
    assert stages.steps == 12


def test_recall_of_every_epoch_reaches_the_hooks():
    lengths = []

    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"

        def draw(self, at):
            lengths.append(len(at.recall))
            return super().draw(at)

    course(Watching(), epochs=3).train(net())
    assert lengths == [0, 1, 2]


def test_step_sizes_of_zero_stand_still_and_of_one_change_nothing():
    @dataclass(frozen=True)
    class Scaled(Strategy):
        name: ClassVar[str] = "scaled"
        by: float = 1.0

        def step_sizes(self, params, batch, at):
            return {name: torch.tensor(self.by) for name in params if name.startswith("body")}

    plain, still, same = (course(s).train(net()) for s in (Strategy(), Scaled(by=0.0), Scaled(by=1.0)))
    start = weights(net())
    for name, p in weights(still).items():
        assert torch.equal(p, start[name]) == name.startswith("body")
    for name, p in weights(same).items():
        torch.testing.assert_close(p, weights(plain)[name])


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_optimisers_learn(optimiser):
    rate = 0.01 if optimiser == "adam" else 0.2
    task = Task(Strategy(), table(60, 1), 0, 0, 100, CPU)
    stages = StageTrainer(task, table(), Budget(200, 4, 32, rate, 50, optimiser))
    made = stages.train(net())
    assert stages.look.at(made)[0] > stages.look.at(net())[0]


def test_decay_shrinks_weights():
    loose, tight = (course(Strategy(), decay=decay).train(net()) for decay in (0.0, 1.0))
    assert weights(tight)["body.0.weight"].norm() < weights(loose)["body.0.weight"].norm()


def test_divergence_is_told():
    @dataclass(frozen=True)
    class Endless(Strategy):
        name: ClassVar[str] = "endless"

        def loss(self, logits, y, at):
            return super().loss(logits, y, at) * float("nan")

    with pytest.raises(TrainingError, match="endless diverged"):
        course(Endless()).train(net())


def test_nothing_to_train_is_told():
    with pytest.raises(TrainingError, match="whose name starts with 'tail'"):
        course(Strategy()).train(net(), only="tail")


def test_parameters_frozen_before_stay_frozen():
    made = net()
    made.body.requires_grad_(False)
    before = copy.deepcopy(made.body)
    course(Strategy()).train(made)
    assert not any(p.requires_grad for p in made.body.parameters())
    assert equal(weights(before), weights(made.body))
