import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import softmax

from longtail.strategies.ensembles.sade import Sade
from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.network import Moment, Rng

# rows by value of the one feature (4) and class (3)
COUNTS = np.array([[60, 2, 1], [30, 9, 1], [8, 8, 2], [2, 1, 3]])
PRIOR = COUNTS.sum(0) / COUNTS.sum()
INVERSE = PRIOR[[2, 1, 0]]  # the rarest class is the third


def at():
    counts = torch.tensor(COUNTS.sum(0), dtype=torch.float64)
    return Moment(0.5, counts, torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))


def test_loss_is_the_three_softmaxes_by_hand():
    logits = torch.tensor([[[1.0, 0.5, -1.0], [0.2, 0.0, 0.1], [-0.5, 1.0, 2.0]]], dtype=torch.float64)
    first, second, third = logits[0].numpy()
    p = [
        softmax(first)[1],
        softmax(second + np.log(PRIOR))[1],
        softmax(third + np.log(PRIOR) - 2 * np.log(INVERSE))[1],
    ]
    np.testing.assert_allclose(Sade().loss(logits, torch.tensor([1]), at()), [-np.log(p).sum()], rtol=1e-6)


def test_gradient_of_each_expert_is_its_softmax_less_the_label():
    logits = torch.randn(5, 3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0, 1, 2, 2, 0])
    Sade(tau=1.5).loss(logits, y, at()).sum().backward()
    prior, inverse = torch.tensor(PRIOR), torch.tensor(INVERSE)
    offsets = torch.stack([torch.zeros(3), prior.log(), prior.log() - 1.5 * inverse.log()])
    expected = (logits.detach() + offsets).softmax(-1) - F.one_hot(y, 3)[:, None]
    torch.testing.assert_close(logits.grad, expected, atol=1e-7, rtol=1e-6)


def test_the_second_expert_has_the_balanced_softmax():
    logits = torch.randn(5, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    y = torch.tensor([0, 1, 2, 2, 0])
    three = torch.stack([torch.zeros_like(logits), logits, torch.zeros_like(logits)], 1)
    rest = Sade().loss(torch.stack([torch.zeros_like(logits)] * 3, 1), y, at())
    zero = BalancedSoftmax().loss(torch.zeros_like(logits), y, at())
    found = Sade().loss(three, y, at()) - rest + zero
    torch.testing.assert_close(found, BalancedSoftmax().loss(logits, y, at()), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("tau", [1.0, 2.0])
def test_the_declared_prior_leads_back_to_the_posterior(tau, make_table):
    posterior = COUNTS / COUNTS.sum(1, keepdims=True)
    best = np.log(posterior)
    each = np.stack([best, best - np.log(PRIOR), best - np.log(PRIOR) + tau * np.log(INVERSE)], 1)
    logits = torch.tensor(each, requires_grad=True)
    rows = torch.tensor(np.repeat(np.repeat(np.arange(4), 3), COUNTS.ravel()))
    y = torch.tensor(np.repeat(np.tile(np.arange(3), 4), COUNTS.ravel()))
    strategy = Sade(tau=tau)
    strategy.loss(logits[rows], y, at()).sum().backward()
    torch.testing.assert_close(logits.grad, torch.zeros_like(logits), atol=1e-5, rtol=0)  # the loss is least there
    profile = make_table(COUNTS.sum(0)).profile
    declared = PRIOR * strategy.shift(profile)
    found = softmax(each.mean(1) + np.log(PRIOR / declared), axis=1)
    np.testing.assert_allclose(found, posterior, atol=1e-6)


def test_classes_of_one_size_are_skipped_with_a_reason(make_table):
    assert "no class is rarer" in str(Sade().why_skip(make_table((9, 9)).profile))


def test_no_tau_is_refused():
    with pytest.raises(ValueError, match="tau must be a finite number above 0, got 0"):
        Sade(tau=0)
