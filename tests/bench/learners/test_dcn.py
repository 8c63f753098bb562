import numpy as np
import pytest
import torch

from longtail.bench.learners.dcn import CrossAndDeep, Dcn
from longtail.bench.learners.mlp import Mlp
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table


def test_cross_layers_by_hand():
    # x1 = x0 * (W x0 + b) + x0 with W = [[1, 2], [0, 1]], b = (1, 0): (1, 2) -> (1 * 6 + 1, 2 * 2 + 2) = (7, 6)
    # x2 = x0 * (W x1 + b) + x1 = (1 * (7 + 12 + 1) + 7, 2 * 6 + 6) = (27, 18)
    net = CrossAndDeep(2, 2, 3)
    with torch.no_grad():
        for cross in net.crosses:
            cross.weight.copy_(torch.tensor([[1.0, 2.0], [0.0, 1.0]]))
            cross.bias.copy_(torch.tensor([1.0, 0.0]))
    out = net(torch.tensor([[1.0, 2.0]]))
    assert out.shape == (1, 5)
    assert out[0, :2].tolist() == [27, 18]


def test_it_finds_a_product_that_hidden_layers_of_its_size_find_late():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3000, 6)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] + x[:, 2] * x[:, 3] > 0).astype(np.int64)
    rows = Table(x, y, 2, (0,) * 6, np.ones(3000, np.float32))
    train, valid, test = (rows.take(np.arange(a, b)) for a, b in ((0, 1000), (1000, 1500), (1500, 3000)))
    right = []
    for learner in (Dcn(hidden=8, epochs=15, rate=0.01), Mlp(hidden=8, epochs=15, rate=0.01)):
        task = Task(Strategy(), valid, 0, 0, len(train), torch.device("cpu"))
        scores = learner.fit(train, task, Costs()).scores(test)
        right.append((scores.argmax(1) == test.y).mean())
    assert right[0] > right[1]
    assert right[0] > 0.85


@pytest.mark.parametrize("settings", [{"hidden": 0}, {"crosses": 0}, {"rate": 0}, {"optimiser": "x"}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be"):
        Dcn(**settings)
