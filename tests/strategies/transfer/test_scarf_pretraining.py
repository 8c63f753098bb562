from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.bench.training.learner import Task
from longtail.bench.training.loop import Budget, StageTrainer
from longtail.strategies.augmentation.mixup import Mixup
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.chain import Chain
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Profile, Table
from longtail.strategies.transfer.scarf_pretraining import Contrast, ScarfPretraining


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


def at(uniform: Tensor) -> Moment:
    return Moment(0.5, torch.tensor([3.0, 1.0]), torch.zeros(0, 2), Rng(uniform, torch.zeros(0)))


def rows(numbers: Tensor) -> Batch:
    n = len(numbers)
    return Batch((numbers, torch.zeros(n, 0, dtype=torch.int64)), torch.zeros(n, dtype=torch.int64), torch.ones(n))


def test_the_loss_is_info_nce_of_cosines_by_hand() -> None:
    net = Net(First(), nn.Identity(), nn.Identity(), 2)
    own = rows(torch.tensor([[3.0, 4.0], [0.0, 2.0]]))
    view = rows(torch.tensor([[6.0, 8.0], [1.0, 0.0]]))
    moment = at(torch.zeros(0))
    found = Contrast(temperature=0.5).objective(net, own._replace(other=view), row_losses(Strategy(), moment), moment)
    # cosines: row 0 with its view 1 and .6 with the other's; row 1 with view 0 .8 and its own 0
    expected = [-np.log(np.exp(2) / (np.exp(2) + np.exp(1.2))), -np.log(1 / (np.exp(1.6) + 1))]
    assert found.tolist() == pytest.approx(expected, rel=1e-5)


def test_the_view_has_the_share_of_columns_corrupted() -> None:
    source = torch.Generator().manual_seed(0)
    batch, other = rows(torch.rand(50, 5, generator=source)), rows(9 + torch.rand(50, 5, generator=source))
    seen = Contrast(corruption=0.6).augment(batch, other, at(torch.rand(500, generator=source)))
    assert torch.equal(seen.x[0], batch.x[0])
    assert seen.other is not None
    assert ((seen.other.x[0] > 5).sum(1) == 3).all()


def stages_of(me: ScarfPretraining) -> tuple[list[dict[str, Tensor]], list[dict[str, Any]], int]:
    """The network's state after each stage of real training, what was asked, and the steps taken."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(3), (200, 60, 20))
    x = (rng.normal(size=(280, 4)) + y[:, None]).astype(np.float32)
    table = Table(x, y, 3, (0, 0, 0, 0), np.ones(280, np.float32))
    task = Task(me, table, 0, 0, len(table), torch.device("cpu"))
    course = StageTrainer(task, table, Budget(steps=20, epoch=5, batch=64, rate=0.01))
    states: list[dict[str, Tensor]] = []
    asked: list[dict[str, Any]] = []

    def train(net: Net, **wanted: Any) -> Net:
        asked.append(wanted)
        net = course.train(net, **wanted)
        states.append({name: tensor.clone() for name, tensor in net.state_dict().items()})
        return net

    torch.manual_seed(0)
    net = Net(First(), nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(8, 3), 8)
    states.append({name: tensor.clone() for name, tensor in net.state_dict().items()})
    me.stages(net, train, table, torch.Generator().manual_seed(1))
    return states, asked, course.steps


def test_labels_play_no_part_before_the_task() -> None:
    states, asked, steps = stages_of(ScarfPretraining(share=0.4))
    start, contrasted, after = states
    assert not torch.equal(start["body.0.weight"], contrasted["body.0.weight"])
    assert "head.weight" not in contrasted  # a projection stands in for it
    assert asked[0]["using"] == Contrast()
    assert asked[0]["table"] is not None  # so no look judges it by classes
    assert after["head.weight"].shape == (3, 8)
    assert steps == 20


def test_the_contrast_gets_easier_by_training() -> None:
    source = torch.Generator().manual_seed(0)
    numbers = torch.randn(256, 6, generator=source)
    numbers[:, 3:] = numbers[:, :3] + 0.1 * torch.randn(256, 3, generator=source)
    torch.manual_seed(0)
    net = Net(First(), nn.Sequential(nn.Linear(6, 32), nn.ReLU()), nn.Linear(32, 16), 32)
    me, optimiser, values = Contrast(0.5, 0.5), torch.optim.Adam(net.parameters(), 0.01), []
    for _ in range(60):
        moment = at(torch.rand(256 * 12, generator=source))
        seen = me.augment(rows(numbers), rows(numbers), moment)
        loss = me.objective(net, seen, row_losses(Strategy(), moment), moment).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        values.append(loss.item())
    assert np.mean(values[-10:]) < np.mean(values[:3]) - 0.15


def test_it_skips_a_row_of_one_column() -> None:
    counts = np.array([9, 1])
    assert "one column" in str(ScarfPretraining().why_skip(Profile(counts, counts * 1.0, (0,), frozenset())))
    assert ScarfPretraining().why_skip(Profile(counts, counts * 1.0, (0, 0), frozenset())) is None


def test_no_augmentation_comes_after_it() -> None:
    with pytest.raises(ValueError, match="scarf-pretraining must be the last part that overrides `augment`"):
        Chain((ScarfPretraining(), Mixup()))
    assert Chain((Mixup(), ScarfPretraining())).owner("stages") == ScarfPretraining()


def test_beside_mixup_the_first_stage_meets_rows_as_they_are() -> None:
    numbers = torch.arange(24.0).reshape(6, 4)
    moment = at(torch.linspace(0, 0.99, 100))
    mixed = Mixup().augment(rows(numbers), rows(-numbers), moment)
    made = Contrast().augment(mixed, rows(numbers), moment)
    assert made.other is not None
    for part in (made, made.other):
        assert part.blend is None
        assert part.share is None
    assert made.other.other is None
    torch.testing.assert_close(made.x[0], numbers)
