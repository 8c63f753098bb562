import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from longtail.strategies.mechanisms.generator_steps import Noise
from longtail.strategies.mechanisms.wasserstein import (
    CriticPlan,
    Generator,
    Packed,
    by_class,
    critic_loss,
    drawn,
    trained,
)

PLAN = CriticPlan(steps=3, critic_steps=2, batch=8, noise=4, width=16, penalty=10, learning_rate=1e-3, temperature=0.2)


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_critic_of_slope_one_pays_no_penalty():
    critic = nn.Linear(3, 1)  # two columns and a label
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[0.6, 0.8, 5.0]]))
    real, fake, label = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.ones(1, 1)
    loss = critic_loss(critic, real, fake, label, torch.tensor([[0.3]]), 10.0)
    assert loss.item() == pytest.approx(0.8 - 0.6, abs=1e-6)


def test_a_critic_of_slope_two_pays_the_penalty():
    critic = nn.Linear(3, 1)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[2.0, 0.0, 0.0]]))
    same = torch.tensor([[1.0, 0.0]])
    assert critic_loss(critic, same, same, torch.ones(1, 1), torch.ones(1, 1), 10.0).item() == pytest.approx(10.0)


def test_categories_of_the_generator_sum_to_one_and_follow_their_start():
    start = torch.tensor([[0.5, 0.0, 3.0]])  # one number, and a category of which the second place is 20 times likelier
    net = nn.Linear(5, 3)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    rows = drawn(Generator(net, start, [1, 2], 0.2), torch.ones(5000, 1), PLAN, noise())
    assert torch.allclose(rows[:, 1:].sum(1), torch.ones(5000))
    assert (rows[:, 0] == 0.5).all()
    assert (rows[:, 1:].argmax(1) == 1).float().mean().item() == pytest.approx(0.9526, abs=0.01)


def noise(seed=0):
    return Noise(source(seed), torch.device("cpu"))


def learnt(seed, start):
    real, labels = torch.randn(20, 3, generator=source()), torch.ones(20, 1)
    dice = noise(seed)
    return trained(real, by_class(labels, PLAN, dice), start, [1, 2], PLAN, dice)


def test_training_follows_its_source_and_leaves_torch_alone():
    before = torch.get_rng_state()
    first, second, third = (learnt(seed, torch.zeros(1, 3)) for seed in (1, 1, 2))
    assert (torch.get_rng_state() == before).all()
    pairs = list(zip(first.parameters(), second.parameters(), strict=True))
    assert all((a == b).all() for a, b in pairs)
    assert not all((a == b).all() for a, b in zip(first.parameters(), third.parameters(), strict=True))


def test_the_given_start_is_left_as_it_is():
    start = torch.zeros(1, 3)
    learnt(0, start)
    assert (start == 0).all()


def test_the_logistic_loss_by_hand():
    critic = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[1.0, 0.0]]))
    real, fake, label = torch.tensor([[2.0]]), torch.tensor([[-1.0]]), torch.ones(1, 1)
    loss = critic_loss(critic, real, fake, label, torch.tensor([[0.5]]), 10.0, wasserstein=False)
    # -log sigmoid(2) - log(1 - sigmoid(-1)), the loss of Mirza and Osindero's discriminator; the slope is 1
    assert loss.item() == pytest.approx(math.log(1 + math.exp(-2)) + math.log(1 + math.exp(-1)), rel=1e-6)


def test_a_packed_critic_judges_rows_together_and_its_slope_is_the_packs():
    net = nn.Linear(6, 1, bias=False)  # packs of two rows, of two columns and a label
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[0.6, 0.0, 5.0, 0.0, 0.8, 7.0]]))
    real = torch.tensor([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]])
    fake, label = torch.zeros(4, 2), torch.zeros(4, 1)
    packed = Packed(net, 2)
    assert packed(torch.cat([real, label], 1))[:, 0].tolist() == pytest.approx([0.6 + 1.6, 0])
    loss = critic_loss(packed, real, fake, label, torch.rand(4, 1, generator=source()), 10.0)
    assert loss.item() == pytest.approx(-(0.6 + 1.6) / 2, abs=1e-6)  # a slope of 1, so no penalty


def test_rows_are_drawn_by_class_alike():
    labels = torch.eye(2)[[0] * 19 + [1]]
    told = torch.cat([condition for _, condition in by_class(labels, replace(PLAN, steps=200), noise())])
    assert len(told) == 200 * 3 * 8
    assert told[:, 1].mean().item() == pytest.approx(0.5, abs=0.03)


def test_numbers_stay_within_their_bound():
    start = torch.tensor([[50.0, 0.0, 0.0]])
    net = nn.Linear(5, 3)
    rows = drawn(Generator(net, start, [1, 2], 0.2, 4.0), torch.ones(100, 1), PLAN, noise())
    assert rows[:, 0].max() <= 4
