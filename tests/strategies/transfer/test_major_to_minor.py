import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Profile, Table
from longtail.strategies.transfer.major_to_minor import START, MajorToMinor, Translation

COUNTS = torch.tensor([2000.0, 20.0])


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


class Head(nn.Module):
    """Logits of two classes: 0 and `slope` times the first number."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))

    def forward(self, h: Tensor) -> Tensor:
        return torch.stack([torch.zeros(len(h)), self.slope * h[:, 0]], 1)


def net_of(slope: float, guide: float) -> Net:
    net = Net(First(), nn.Identity(), Head(slope), 2)
    net.add_module("guide", Net(First(), nn.Identity(), Head(guide), 2).requires_grad_(False))
    return net


def rows(numbers: list[list[float]], y: list[int]) -> Batch:
    codes = torch.arange(len(y))[:, None]
    return Batch((torch.tensor(numbers), codes), torch.tensor(y), torch.ones(len(y)))


def test_seeds_move_in_steps_of_one_length_towards_the_class() -> None:
    me = Translation(step=0.1, moves=10)
    seeds = rows([[-1.0, 5.0]], [0])
    still = torch.full((1, 2), 0.5)  # noise in the middle: no random start
    (numbers, codes), sure = me.translated(net_of(0.0, 3.0), seeds, torch.tensor([1]), torch.tensor([0]), still)
    # only the first number tells classes apart: ten steps of .1 along it
    assert numbers[0].tolist() == pytest.approx([0.0, 5.0], abs=1e-5)
    assert codes.tolist() == [[0]]
    assert sure.item() == pytest.approx(0.5, abs=1e-4)


def test_the_network_in_training_pushes_away_from_the_seeds_class() -> None:
    """The direction is that of CE(g, k) + lam f_k0, by finite differences in float64."""

    class Own(nn.Module):
        def forward(self, h: Tensor) -> Tensor:
            return torch.stack([h[:, 1] * 2 - h[:, 0], h[:, 0]], 1)

    net = Net(First(), nn.Identity(), Own(), 2)
    net.add_module("guide", Net(First(), nn.Identity(), Head(1.5), 2))
    me, still = Translation(step=0.01, moves=1, lam=0.5), torch.full((1, 2), 0.5)
    seeds = rows([[0.3, -0.4]], [0])
    (numbers, _), _ = me.translated(net, seeds, torch.tensor([1]), torch.tensor([0]), still)

    def cost(a: float, b: float) -> float:
        return float(np.log1p(np.exp(-1.5 * a)) + 0.5 * (2 * b - a))

    slope = np.array([(cost(0.3 + e, -0.4) - cost(0.3 - e, -0.4)) / (2 * e) for e in (1e-5,)])
    slope = np.append(slope, (cost(0.3, -0.4 + 1e-5) - cost(0.3, -0.4 - 1e-5)) / 2e-5)
    moved = -0.01 * slope / np.linalg.norm(slope)
    assert (numbers[0] - torch.tensor([0.3, -0.4])).tolist() == pytest.approx(moved.tolist(), abs=1e-5)


def test_a_start_is_within_its_reach() -> None:
    me = Translation(step=1e-9, moves=1)
    seeds = rows([[0.0, 0.0]] * 500, [0] * 500)
    noise = torch.rand(500, 2, generator=torch.Generator().manual_seed(0))
    (numbers, _), _ = me.translated(net_of(0.0, 1.0), seeds, torch.ones(500).long(), torch.zeros(500).long(), noise)
    assert numbers.norm(dim=1).max() <= START + 1e-5
    assert numbers.norm(dim=1).max() > 0.9 * START


def losses_seen(gamma: float, guide: float, uniform: Tensor | None = None, n: int = 400) -> Batch:
    """The batch whose losses are taken, half of it of each class, all numbers 1 in the frequent and 9 in the rare."""
    seen: list[Batch] = []
    y = [0, 1] * (n // 2)
    batch = rows([[1.0 + 8 * c, 0.0] for c in y], y)
    dice = torch.rand(5 * n, generator=torch.Generator().manual_seed(0)) if uniform is None else uniform
    at = Moment(0.7, COUNTS, torch.zeros(0, 2), Rng(dice, torch.zeros(0)))

    def losses(logits: Tensor, given: Batch) -> Tensor:
        seen.append(given)
        return row_losses(Strategy(), at)(logits, given)

    Translation(gamma=gamma).objective(net_of(0.1, guide), batch, losses, at)
    return seen[0]


def test_rare_rows_are_replaced_by_translated_frequent_ones_at_the_stated_rate() -> None:
    seen = losses_seen(0.5, 5.0)
    moved = seen.x[0][:, 0] != torch.tensor([1.0, 9.0] * 200)
    assert not moved[seen.y == 0].any()  # of the largest class none is replaced
    # 1 - 20 / 2000 to be replaced, times 1 - .999^1980 to be accepted
    assert moved[seen.y == 1].float().mean().item() == pytest.approx(0.99 * (1 - 0.999**1980), abs=0.06)
    assert (seen.x[0][moved, 0] < 4).all()  # they come from frequent rows
    assert (seen.x[1][moved, 0] % 2 == 0).all()  # with those rows' codes


def test_what_the_guide_is_not_sure_of_is_left() -> None:
    seen = losses_seen(0.999, 0.01)
    assert torch.equal(seen.x[0][:, 0], torch.tensor([1.0, 9.0] * 200))


def test_the_guide_is_the_plain_network_and_gone_afterwards() -> None:
    asked: list[tuple[type[Strategy], float, list[str]]] = []

    def train(
        net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
    ) -> Net:
        assert using is not None
        asked.append((type(using), share, [name for name, p in net.named_parameters() if p.requires_grad]))
        return net

    table = Table(np.zeros((3, 2), np.float32), np.arange(3), 3, (0, 0), np.ones(3, np.float32))
    net = Net(First(), nn.Identity(), Head(1.0), 2)
    after = MajorToMinor(share=0.6).stages(net, train, table, torch.Generator())
    assert asked == [(Strategy, 0.6, ["head.slope"]), (Translation, 0.4, ["head.slope"])]
    assert not hasattr(after, "guide")
    assert after.head.slope.requires_grad


def test_it_says_why_it_skips() -> None:
    counts = np.array([9, 1])
    assert "categories" in str(MajorToMinor().why_skip(Profile(counts, counts * 1.0, (3, 4), frozenset())))
    assert MajorToMinor().why_skip(Profile(counts, counts * 1.0, (3, 0), frozenset())) is None
