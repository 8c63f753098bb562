import pytest
import torch
from torch import nn

from longtail.strategies.generative.wasserstein import Generator, Noise, Plan, critic_loss, drawn, layers, trained

PLAN = Plan(steps=3, critic_steps=2, batch=8, noise=4, width=16, penalty=10, learning_rate=1e-3, temperature=0.2)


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
    rows = drawn(Generator(net, start, [1, 2], 0.2), torch.zeros(5000, dtype=torch.int64), PLAN, noise())
    assert torch.allclose(rows[:, 1:].sum(1), torch.ones(5000))
    assert (rows[:, 0] == 0.5).all()
    assert (rows[:, 1:].argmax(1) == 1).float().mean().item() == pytest.approx(0.9526, abs=0.01)


def noise(seed=0):
    return Noise(source(seed), torch.device("cpu"))


def test_training_follows_its_source_and_leaves_torch_alone():
    real, labels, start = torch.randn(20, 3, generator=source()), torch.ones(20, 1), torch.zeros(1, 3)
    before = torch.get_rng_state()
    first, second, third = (trained(real, labels, start, [1, 2], PLAN, noise(seed)) for seed in (1, 1, 2))
    assert (torch.get_rng_state() == before).all()
    pairs = list(zip(first.parameters(), second.parameters(), strict=True))
    assert all((a == b).all() for a, b in pairs)
    assert not all((a == b).all() for a, b in zip(first.parameters(), third.parameters(), strict=True))


def test_the_given_start_is_left_as_it_is():
    real, labels, start = torch.randn(20, 3, generator=source()), torch.ones(20, 1), torch.zeros(1, 3)
    trained(real, labels, start, [1, 2], PLAN, noise())
    assert (start == 0).all()


def test_layers_are_drawn_from_the_source():
    first, second = layers(3, 4, 2, source(1)), layers(3, 4, 2, source(1))
    assert all((a == b).all() for a, b in zip(first.parameters(), second.parameters(), strict=True))
