from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch

from longtail.bench.learners.mlp import Mlp
from longtail.bench.training.learner import Costs, Task
from longtail.bench.training.networks import Embeddings
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table

CPU = torch.device("cpu")


def table(n=200, seed=0):
    rng = np.random.default_rng(seed)
    x = np.stack([rng.normal(size=n), rng.integers(4, size=n), rng.integers(9, size=n)], axis=1).astype(np.float32)
    return Table(x, (x[:, 0] > 0.5).astype(np.int64), 2, (0, 4, 9), np.ones(n, np.float32))


def task(strategy=None, natural=200, seed=0):
    return Task(strategy or Strategy(), table(50, 1), seed, 0, natural, CPU)


def test_embeddings_by_hand():
    embed = Embeddings(1, [2, 3], 2)
    with torch.no_grad():
        embed.vectors.weight.copy_(torch.arange(10.0).reshape(5, 2))
    out = embed((torch.tensor([[0.5]]), torch.tensor([[1, 2]])))
    assert out.tolist() == [[0.5, 2, 3, 8, 9]]  # second code of the first column, third of the second
    assert embed.width == 5


def test_numbers_alone_need_no_vectors():
    embed = Embeddings(2, [], 8)
    assert embed((torch.ones(1, 2), torch.zeros(1, 0, dtype=torch.int64))).tolist() == [[1, 1]]
    assert not list(embed.parameters())


def test_every_parameter_is_drawn_by_its_name():
    learner = Mlp(hidden=8)
    narrow, wide = table(), Table(**{**vars(table()), "classes": 5})
    first, again, other = (learner.network(rows, 0, 0).state_dict() for rows in (narrow, narrow, wide))
    for name, weight in first.items():
        assert torch.equal(weight, again[name])
        if not name.startswith("head"):
            assert torch.equal(weight, other[name])
    assert not torch.equal(
        learner.network(narrow, 1, 0).state_dict()["head.weight"],
        learner.network(narrow, 0, 1).state_dict()["head.weight"],
    )


def test_weights_do_not_depend_on_the_global_generator():
    met = []
    for seed in (5, 6):
        torch.manual_seed(seed)
        met.append(Mlp(hidden=4).network(table(), 0, 0).state_dict()["head.weight"])
    assert torch.equal(*met)


def test_steps_are_counted_in_rows_before_resampling():
    @dataclass(frozen=True)
    class Late(Strategy):
        name: ClassVar[str] = "late"

        @property
        def settled(self):
            return 1.0  # no checkpoint, no early stop

    for rows in (40, 200, 900):
        costs = Costs()
        Mlp(hidden=4, epochs=3, batch=64).fit(table(rows), task(Late()), costs)
        assert costs.optimiser_steps == 3 * 4  # ceil(200 / 64) an epoch


@pytest.mark.parametrize(("batch", "steps"), [(32, 7), (64, 4), (200, 1), (1024, 1)])
def test_an_epoch_passes_once_over_the_rows_whatever_the_batch(batch, steps):
    costs = Costs()
    Mlp(hidden=4, epochs=3, batch=batch).fit(table(), task(), costs)
    assert costs.optimiser_steps == 3 * steps


def test_strategies_meet_the_same_initial_weights():
    met = []

    @dataclass(frozen=True)
    class Watching(Strategy):
        name: ClassVar[str] = "watching"
        draws: int = 0

        def network(self, net, classes, source):
            torch.rand(self.draws, generator=source)
            met.append({name: p.clone() for name, p in net.state_dict().items()})
            return net

    for draws in (0, 9):
        Mlp(hidden=4, epochs=1).fit(table(), task(Watching(draws)), Costs())
    assert all(torch.equal(met[0][name], met[1][name]) for name in met[0])


@pytest.mark.parametrize(
    "settings",
    [{"hidden": 0}, {"epochs": 0}, {"batch": 0}, {"patience": 0}, {"rate": 0}, {"decay": -1}, {"optimiser": "adamax"}],
)
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be"):
        Mlp(**settings)
