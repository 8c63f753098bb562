import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, Normal, kl_divergence

from longtail.strategies.mechanisms.autoencoder import Autoencoder, bounded, decoded, fitted
from longtail.strategies.mechanisms.generator_steps import Noise

PLACES = [1, 3]


def net(seed=0, start=None):
    start = torch.zeros(2, 4) if start is None else start
    return Autoencoder(start, PLACES, 5, 8, torch.Generator().manual_seed(seed))


def noise(seed=0):
    return Noise(torch.Generator().manual_seed(seed), torch.device("cpu"))


def test_the_bound_is_the_one_of_torchs_distributions():
    model = net()
    rows = torch.cat([torch.randn(6, 1, generator=noise().source), torch.eye(3)[[0, 1, 2, 0, 1, 2]]], 1)
    labels, dice = torch.eye(2)[[0, 1, 0, 1, 0, 1]], noise(1).normal(6, 5)
    lost, apart = model.terms(rows, labels, dice)
    mean, log_spread = model.encode(rows, labels)
    latent = Normal(mean, log_spread.exp())
    prior = Independent(Normal(torch.zeros(6, 5), torch.ones(6, 5)), 1)
    torch.testing.assert_close(apart, kl_divergence(Independent(latent, 1), prior))
    number, logits = model.decode(mean + dice * log_spread.exp(), labels)
    density = Normal(bounded(number), model.spreads()[0]).log_prob(rows[:, :1])[:, 0]
    choice = Categorical(logits=logits).log_prob(rows[:, 1:].argmax(1))
    torch.testing.assert_close(lost, -density - choice - np.log(2 * np.pi) / 2)


def test_it_starts_from_what_classes_have_on_average():
    start = torch.tensor([[1.0, 5.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 5.0]])
    model = net(start=start)
    with torch.no_grad():
        for p in model.decoder.parameters():
            p.zero_()
    rows = decoded(model, torch.eye(2)[[0] * 500 + [1] * 500], noise())
    assert rows[:500, 0].mean().item() == pytest.approx(bounded(torch.tensor(1.0)).item(), abs=0.1)
    assert (rows[:500, 1:].argmax(1) == 0).float().mean() > 0.95
    assert (rows[500:, 1:].argmax(1) == 2).float().mean() > 0.95


def test_training_raises_the_bound_and_follows_its_source():
    rows = torch.cat([torch.full((40, 1), 1.5), torch.eye(3)[[2] * 40]], 1)
    labels = torch.eye(2)[[0] * 35 + [1] * 5]
    models = [net(), net(), net()]
    before = sum(part.mean() for part in models[0].terms(rows, labels, torch.zeros(40, 5))).item()
    for model, seed in zip(models, (1, 1, 2), strict=True):
        fitted(model, rows, labels, 60, 16, 2.0, 0.01, noise(seed))
    after = sum(part.mean() for part in models[0].terms(rows, labels, torch.zeros(40, 5))).item()
    assert after < before - 1
    first, second, third = (list(model.parameters()) for model in models)
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, third, strict=True))
