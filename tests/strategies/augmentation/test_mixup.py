from typing import cast

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from longtail.strategies.augmentation.mixup import Mixup
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.schedules.deferred_reweighting import DeferredReweighting


def at(uniform: Tensor) -> Moment:
    return Moment(0.5, torch.tensor([3.0, 1.0]), torch.zeros(0, 2), Rng(uniform, torch.zeros(0)))


def rows(x: list[float], y: list[int]) -> Batch:
    return Batch((torch.tensor(x)[:, None],), torch.tensor(y), torch.ones(len(y)))


class First(nn.Module):
    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return x[0]


NET = Net(First(), nn.Identity(), nn.Identity(), 1)


def test_features_and_labels_are_blended_by_hand() -> None:
    # alpha 1 is uniform, so the share is the number drawn
    mixed = Mixup(alpha=1.0).augment(
        rows([10.0, 20.0], [0, 1]), rows([30.0, 0.0], [1, 1]), at(torch.tensor([0.75, 0.1]))
    )
    torch.testing.assert_close(NET.features(mixed)[:, 0], torch.tensor([15.0, 2.0]))
    logits = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    loss = row_losses(Strategy(), at(torch.zeros(0)))(logits, mixed)
    log_p = logits[0].log_softmax(-1)
    assert loss[0].item() == pytest.approx(float(-0.75 * log_p[0] - 0.25 * log_p[1]), rel=1e-6)


def test_share_of_one_is_plain() -> None:
    batch = rows([10.0, 20.0], [0, 1])
    mixed = batch._replace(other=rows([5.0, 6.0], [1, 0]), blend=torch.ones(2), share=torch.ones(2))
    assert torch.equal(NET.features(mixed), NET.features(batch))
    logits, losses = torch.tensor([[1.0, 0.5], [-2.0, 0.0]]), row_losses(Strategy(), at(torch.zeros(0)))
    assert torch.equal(losses(logits, mixed), losses(logits, batch))


def test_losses_of_shared_labels_are_those_of_both_classes_by_their_shares() -> None:
    source = torch.Generator().manual_seed(0)
    own, mate = (
        Batch((), torch.randint(3, (7,), generator=source), torch.rand(7, generator=source, dtype=torch.float64))
        for _ in range(2)
    )
    share = torch.rand(7, generator=source, dtype=torch.float64)
    logits = torch.randn(7, 3, generator=source, dtype=torch.float64, requires_grad=True)
    now = at(torch.zeros(0))._replace(fraction=0.9, counts=torch.tensor([60.0, 30.0, 10.0], dtype=torch.float64))
    strategy = DeferredReweighting()
    weights = strategy.class_weights(now)
    assert weights is not None
    found = row_losses(strategy, now)(logits, own._replace(other=mate, share=share))
    parts = [F.cross_entropy(logits, part.y, reduction="none") * part.weight * weights[part.y] for part in (own, mate)]
    expected = share * parts[0] + (1 - share) * parts[1]
    torch.testing.assert_close(found, expected)
    slopes = [torch.autograd.grad(rows.sum(), logits)[0] for rows in (found, expected)]
    torch.testing.assert_close(*slopes)


def test_shares_follow_the_beta_distribution() -> None:
    draws = torch.rand(200_000, generator=torch.Generator().manual_seed(0))
    batch = rows([0.0] * len(draws), [0] * len(draws))
    share = cast(Tensor, Mixup(alpha=0.2).augment(batch, batch, at(draws)).share)
    assert share.mean().item() == pytest.approx(0.5, abs=0.005)
    assert share.var().item() == pytest.approx(1 / (4 * (2 * 0.2 + 1)), abs=0.002)


def test_alpha_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha must be a finite number above 0, got 0"):
        Mixup(alpha=0)
