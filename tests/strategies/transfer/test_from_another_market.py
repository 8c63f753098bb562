from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from longtail.bench.errors import NotApplicable
from longtail.bench.registry import learner_named
from longtail.bench.training.fitting import fit_tables
from longtail.strategies.base import Strategy
from longtail.strategies.network import Net
from longtail.strategies.table import Table
from longtail.strategies.transfer.from_another_market import FromAnotherMarket

LAW = np.random.default_rng(9).normal(size=(12, 3))


def market(n: int, seed: int, classes: int = 3) -> Table:
    """Rows whose class follows one law in both markets; twelve columns, so that few rows don't give it away."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 12)).astype(np.float32)
    y = (x @ LAW + rng.gumbel(size=(n, 3))).argmax(axis=1)
    return Table(x, y.astype(np.int64), classes, (0,) * 12, np.ones(n, np.float32))


class Recorder:
    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, net: Net, **asked: Any) -> Net:
        self.asked.append(asked | {"outputs": net.head(torch.zeros(1, 4)).shape[1], "head": net.head})
        return net


def small_net() -> Net:
    return Net(nn.Identity(), nn.Linear(12, 4), nn.Linear(4, 2), 4)


def test_the_first_stage_is_plain_on_the_source_with_a_head_of_its_classes() -> None:
    table = replace(market(10, 0, 4), source=market(20, 1, 5))
    train, net = Recorder(), small_net()
    own: Tensor = net.head.weight.detach().clone()  # type: ignore[operator]
    after = FromAnotherMarket(share=0.4).stages(net, train, table, torch.Generator().manual_seed(0))
    first, second = train.asked
    assert first["table"] is table.source
    assert type(first["using"]) is Strategy
    assert (first["outputs"], first["share"]) == (5, 0.4)
    assert "table" not in second
    assert (second["outputs"], second["share"]) == (2, 0.6)
    assert torch.equal(after.head.weight, own)  # type: ignore[arg-type]


def test_a_large_market_of_the_same_law_helps_a_small_one() -> None:
    small, valid, test = market(60, 0), market(200, 1), market(4000, 2)
    learner = learner_named("mlp", {"epochs": 60, "batch": 64, "rate": 3e-3})
    rows = replace(small, source=market(3000, 3))
    likely = []
    for strategy in (Strategy(), FromAnotherMarket()):
        scores = fit_tables(strategy, learner, rows, valid, 0, torch.device("cpu")).scores(test)
        likely.append((scores.argmax(axis=1) == test.y).mean())
    plain, helped = likely
    assert helped > plain + 0.03


def test_without_a_source_it_says_what_it_lacks() -> None:
    table = market(60, 0)
    try:
        fit_tables(FromAnotherMarket(), learner_named("mlp", {"epochs": 1}), table, table, 0, torch.device("cpu"))
    except NotApplicable as skipped:
        assert "reads source, which this dataset lacks" in str(skipped)
    else:
        raise AssertionError("it ran without a source")
