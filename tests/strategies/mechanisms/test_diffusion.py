import math

import pytest
import torch

from longtail.strategies.mechanisms.diffusion import Diffusion, cosine_betas, undone
from longtail.strategies.mechanisms.generator_steps import Noise

MOMENTS = 6


def model(places=(1, 3), number=(True, False)):
    source = torch.Generator().manual_seed(0)
    return Diffusion(list(places), list(number), 2, MOMENTS, 8, source)


def noise(seed=0):
    return Noise(torch.Generator().manual_seed(seed), torch.device("cpu"))


def test_the_cosine_schedule_leaves_what_it_says():
    kept = (1 - cosine_betas(100)).cumprod(0)
    left = [math.cos((t / 100 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(101)]
    assert kept[:99].tolist() == pytest.approx([value / left[0] for value in left[1:100]], rel=1e-9)
    assert cosine_betas(100).max().item() == pytest.approx(0.999)


def test_chances_one_moment_earlier_are_bayes_rule():
    """Against the sum over all paths: P(earlier | now, start) from one-step transition matrices."""
    me = model()
    now, start = torch.eye(3)[[1]], torch.eye(3)[[0]]
    blank = torch.zeros(1, 1)
    for moment in range(MOMENTS):
        steps = [a * torch.eye(3) + (1 - a) / 3 for a in me.alpha.tolist()]
        before = torch.eye(3)
        for step in steps[:moment]:
            before = before @ step
        joint = (start @ before)[0] * steps[moment][:, 1]
        rows, first = torch.cat([blank, now], 1), torch.cat([blank, start], 1)
        found = me.earlier(first, rows, torch.tensor([moment]))[0, 1:]
        torch.testing.assert_close(found, joint / joint.sum(), atol=1e-5, rtol=1e-4)


def test_noised_rows_have_the_mean_the_spread_and_the_chances_of_the_moment():
    me = model()
    rows = torch.cat([torch.full((20_000, 1), 2.0), torch.eye(3)[[0] * 20_000]], 1)
    at = torch.full((20_000,), 3)
    dice = noise()
    noised = me.noised(rows, at, dice.normal(20_000, 4), dice.uniform(20_000, 4))
    kept = float(me.kept[3])
    assert noised[:, 0].mean().item() == pytest.approx(2 * math.sqrt(kept), abs=0.03)
    assert noised[:, 0].std().item() == pytest.approx(math.sqrt(1 - kept), abs=0.02)
    assert noised[:, 1:].mean(0).tolist() == pytest.approx(
        [kept + (1 - kept) / 3, (1 - kept) / 3, (1 - kept) / 3], abs=0.02
    )


def test_the_loss_by_hand_where_the_network_says_nothing():
    me = model()
    with torch.no_grad():
        for p in me.net.parameters():
            p.zero_()
    rows = torch.cat([torch.zeros(5000, 1), torch.eye(3)[[0] * 5000]], 1)
    loss = me.loss(rows, torch.eye(2)[[0] * 5000], noise()).mean().item()
    # numbers: the mean of noise squared is 1; codes: all predicted alike, the sum over moments of KL(true, found)
    total, start, anything = 0.0, torch.eye(3)[0], torch.full((3,), 1 / 3)
    for moment in range(MOMENTS):
        kept, before, alpha = float(me.kept[moment]), float(me.kept_before[moment]), float(me.alpha[moment])
        for now in range(3):
            chance = kept * (now == 0) + (1 - kept) / 3
            seen = alpha * torch.eye(3)[now] + (1 - alpha) / 3
            true, found = ((before * x + (1 - before) / 3) * seen for x in (start, anything))
            true, found = true / true.sum(), found / found.sum()
            total += chance * float((true * (true.clamp_min(1e-20).log() - found.log())).sum())
    assert loss == pytest.approx(1 + total, rel=0.1)


def test_probabilities_sum_to_one_within_columns():
    me = model((1, 3, 2), (True, False, False))
    said = me(torch.randn(7, 6, generator=noise().source), torch.full((7,), 2), torch.eye(2)[[0] * 7])
    torch.testing.assert_close(said[:, 1:4].sum(1), torch.ones(7))
    torch.testing.assert_close(said[:, 4:].sum(1), torch.ones(7))


def test_what_is_undone_are_rows_and_follows_the_source():
    me = model((1, 3, 2), (True, False, False))
    labels = torch.eye(2)[[0, 1] * 50]
    first, second, third = (undone(me, labels, noise(seed)) for seed in (1, 1, 2))
    assert torch.isfinite(first).all()
    assert (first[:, 1:4].sum(1) == 1).all()
    assert set(first[:, 1:].unique().tolist()) == {0, 1}
    assert torch.equal(first, second)
    assert not torch.equal(first, third)
