from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.bench.training.learner import Task
from longtail.bench.training.loop import Budget, StageTrainer
from longtail.strategies.base import Strategy
from longtail.strategies.chain import Chain
from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.network import Moment, Net, Rng
from longtail.strategies.schedules.class_balanced_sampling import ClassBalancedSampling
from longtail.strategies.table import Profile, Table
from longtail.strategies.transfer.pretrain_finetune import PretrainFinetune, head_classes


def table_of(*counts: int) -> Table:
    y = np.repeat(np.arange(len(counts)), counts)
    return Table(np.zeros((len(y), 2), np.float32), y, len(counts), (0, 0), np.ones(len(y), np.float32))


def small_net(classes: int) -> Net:
    torch.manual_seed(0)
    return Net(nn.Identity(), nn.Linear(2, 3), nn.Linear(3, classes), 3)


@dataclass
class Stage:
    table: Table | None
    using: Strategy | None
    only: str
    share: float
    head: Tensor


@dataclass
class Recorder:
    """Stands in for training: notes what it was asked."""

    stages: list[Stage] = field(default_factory=list)

    def __call__(
        self, net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net:
        head = net.head.weight.detach().clone()  # type: ignore[operator]
        self.stages.append(Stage(table, using, only, share, head))
        return net


def stages_of(me: Strategy, *counts: int, seed: int = 1) -> list[Stage]:
    train, table = Recorder(), table_of(*counts)
    me.stages(small_net(len(counts)), train, table, torch.Generator().manual_seed(seed))
    return train.stages


def test_first_stage_is_plain_on_all_rows_and_second_is_its_own() -> None:
    first, second = stages_of(PretrainFinetune(), 80, 15, 5)
    assert first.table is None
    assert first.using is not None
    assert not first.using.acts
    assert (second.table, second.using, second.only) == (None, None, "")
    assert first.share == 0.6
    assert first.share + second.share == pytest.approx(1)


def test_head_classes_alone_are_learned_first() -> None:
    first, second = stages_of(PretrainFinetune(on="head"), 30, 40, 20, 10)
    assert first.table is not None
    assert first.table.counts.tolist() == [30, 40, 0, 0]
    assert second.table is None


def test_frozen_trains_only_the_head() -> None:
    assert stages_of(PretrainFinetune(tuning="frozen"), 8, 1, 1)[1].only == "head."


def test_head_is_drawn_anew_by_the_source() -> None:
    first, second = stages_of(PretrainFinetune(), 8, 1, 1)
    assert not torch.equal(first.head, second.head)
    assert torch.equal(stages_of(PretrainFinetune(), 8, 1, 1)[1].head, second.head)
    assert not torch.equal(stages_of(PretrainFinetune(), 8, 1, 1, seed=2)[1].head, second.head)


def test_fine_tuning_draws_classes_alike() -> None:
    at = Moment(0.9, torch.tensor([6.0, 3.0, 0.0]), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
    torch.testing.assert_close(PretrainFinetune().draw(at), torch.tensor([0.5, 0.5, 0.0]))


def test_declares_equal_priors() -> None:
    profile = table_of(80, 15, 5).profile
    factors = PretrainFinetune().shift(profile)
    assert factors is not None
    assert profile.priors * factors == pytest.approx([1 / 3] * 3)


def test_composed_with_a_loss_the_first_stage_keeps_it_and_drops_the_draw() -> None:
    first, second = stages_of(Chain((PretrainFinetune(), BalancedSoftmax())), 80, 15, 5)
    assert first.using is not None
    assert first.using.acts == {"loss"}
    assert second.using is not None
    assert second.using.acts == {"stages", "draw", "loss"}


def test_another_draw_beside_it_is_refused() -> None:
    with pytest.raises(ValueError, match="only one part of a composed strategy can replace `draw`"):
        Chain((PretrainFinetune(), ClassBalancedSampling()))


def test_head_classes_by_hand() -> None:
    assert head_classes(np.array([10, 50, 40])).tolist() == [1, 2]  # 50 of 100 is half, but two at least
    assert head_classes(np.array([30, 40, 20, 10])).tolist() == [1, 0]
    assert head_classes(np.array([20, 20, 20, 20, 20])).tolist() == [0, 1, 2]


def test_learning_on_head_classes_needs_three_classes() -> None:
    counts = np.array([9, 1, 0])
    profile = Profile(counts, counts * 1.0, (0,), frozenset())
    assert "there are 2" in str(PretrainFinetune(on="head").why_skip(profile))
    assert PretrainFinetune().why_skip(profile) is None


@pytest.mark.parametrize(("name", "value"), [("on", "tail"), ("tuning", "half"), ("share", 1), ("share", 0)])
def test_wrong_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value!r}"):
        PretrainFinetune(**{name: value})  # type: ignore[arg-type]


def states_of(me: PretrainFinetune) -> list[dict[str, Tensor]]:
    """The network's state after each stage of real training."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(3), (200, 60, 20))
    x = (rng.normal(size=(280, 4)) + y[:, None]).astype(np.float32)
    table = Table(x, y, 3, (0, 0, 0, 0), np.ones(280, np.float32))
    task = Task(me, table, 0, 0, len(table), torch.device("cpu"))
    course = StageTrainer(task, table, Budget(steps=20, epoch=5, batch=64, rate=0.01))
    states: list[dict[str, Tensor]] = []

    def train(net: Net, **asked: Any) -> Net:
        net = course.train(net, **asked)
        states.append({name: tensor.clone() for name, tensor in net.state_dict().items()})
        return net

    net = Net(First(), nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(8, 3), 8)
    me.stages(net, train, table, torch.Generator().manual_seed(1))
    assert course.steps == 20
    return states


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


@pytest.mark.parametrize("on", ["all", "head"])
def test_frozen_features_stay_bit_identical(on: str) -> None:
    before, after = states_of(PretrainFinetune(on=on, tuning="frozen"))  # type: ignore[arg-type]
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("body"))
    assert not torch.equal(before["head.weight"], after["head.weight"])


def test_full_fine_tuning_moves_the_features() -> None:
    before, after = states_of(PretrainFinetune())
    assert not torch.equal(before["body.0.weight"], after["body.0.weight"])


def test_gradual_unfreezing_moves_one_part_after_the_other() -> None:
    first, head, body, whole = states_of(PretrainFinetune(tuning="gradual"))
    assert not torch.equal(first["head.weight"], head["head.weight"])
    assert torch.equal(first["body.0.weight"], head["body.0.weight"])
    assert not torch.equal(head["body.0.weight"], body["body.0.weight"])
    assert not torch.equal(body["body.0.weight"], whole["body.0.weight"])
