import pytest
import torch
from torch import Tensor, nn

from longtail.strategies.augmentation.manifold_mixup import ManifoldMixup
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.network import Batch, Moment, Net, Rng


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


class Square(nn.Module):
    def forward(self, h: Tensor) -> Tensor:
        return h**2


class Sides(nn.Module):
    """Logits of two classes: the feature and 0."""

    def forward(self, h: Tensor) -> Tensor:
        return torch.cat([h, torch.zeros_like(h)], 1)


NET = Net(First(), Square(), Sides(), 1)


def rows(x: list[float], y: list[int]) -> Batch:
    return Batch((torch.tensor(x)[:, None],), torch.tensor(y), torch.ones(len(y)))


def terms(me: ManifoldMixup, uniform: list[float]) -> list[float]:
    """Of two rows, 3 of class 0 and 1 of class 1; each is the other's partner."""
    at = Moment(0.5, torch.tensor([1.0, 1.0]), torch.zeros(0, 2), Rng(torch.tensor(uniform), torch.zeros(0)))
    batch = rows([3.0, 1.0], [0, 1])
    batch = me.augment(batch, batch, at)
    given: list[float] = me.objective(NET, batch, row_losses(Strategy(), at), at).tolist()
    return given


def expected(feature: float, share: float) -> float:
    """The loss of a feature whose label is class 0 by this share."""
    log_p = torch.tensor([feature, 0.0], dtype=torch.float64).log_softmax(0)
    return float(-share * log_p[0] - (1 - share) * log_p[1])


def test_features_are_blended_by_hand() -> None:
    # alpha 1: the first numbers drawn are lambdas, the last the layer; deep: .75 * 3^2 + .25 * 1^2 = 7, and
    # .5 * 1^2 + .5 * 3^2 = 5
    deep = terms(ManifoldMixup(alpha=1.0), [0.75, 0.5, 0.9])
    assert deep == pytest.approx([expected(7.0, 0.75), expected(5.0, 0.5)], rel=1e-5)


def test_shallow_steps_blend_before_the_body() -> None:
    # (.75 * 3 + .25 * 1)^2 = 6.25, and (.5 * 1 + .5 * 3)^2 = 4
    shallow = terms(ManifoldMixup(alpha=1.0), [0.75, 0.5, 0.1])
    assert shallow == pytest.approx([expected(6.25, 0.75), expected(4.0, 0.5)], rel=1e-5)


def test_without_shallow_steps_all_are_deep() -> None:
    deep = terms(ManifoldMixup(alpha=1.0, shallow=0.0), [0.75, 0.5, 0.0])
    assert deep == pytest.approx([expected(7.0, 0.75), expected(5.0, 0.5)], rel=1e-5)


def test_a_lambda_of_one_is_plain_and_of_zero_is_the_partner() -> None:
    # alpha 1: .999... would be 1; here the two ends of the table
    ends = terms(ManifoldMixup(alpha=1.0), [1.0, 0.0, 0.9])
    assert ends == pytest.approx([expected(9.0, 1.0), expected(9.0, 1.0)], abs=1e-6)


def test_the_body_is_run_once() -> None:
    class Counted(nn.Module):
        runs = 0

        def forward(self, h: Tensor) -> Tensor:
            Counted.runs += 1
            return h**2

    at = Moment(0.5, torch.tensor([1.0, 1.0]), torch.zeros(0, 2), Rng(torch.rand(3), torch.zeros(0)))
    batch = rows([3.0, 1.0], [0, 1])
    batch = ManifoldMixup().augment(batch, batch, at)
    ManifoldMixup().objective(Net(First(), Counted(), Sides(), 1), batch, row_losses(Strategy(), at), at)
    assert Counted.runs == 1


@pytest.mark.parametrize(("name", "value"), [("alpha", 0), ("shallow", 1)])
def test_parameters_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value}"):
        ManifoldMixup(**{name: value})
