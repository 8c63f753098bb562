import numpy as np
import pytest
import torch
from torch import nn

from longtail.strategies.mechanisms.generator_steps import Descent, Noise, alike, gumbel, layers

CPU = torch.device("cpu")


def test_numbers_follow_from_numpys_generator_alone():
    first, second = (Noise.of(np.random.default_rng(3), CPU) for _ in range(2))
    torch.manual_seed(1)
    assert torch.equal(first.normal(5), second.normal(5))
    assert torch.equal(first.rows(torch.ones(9), 5), second.rows(torch.ones(9), 5))


def test_layers_are_drawn_from_the_source():
    first, second = (layers(3, 4, 2, torch.Generator().manual_seed(1)) for _ in range(2))
    assert all((a == b).all() for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_the_rate_is_constant_and_then_falls_to_nothing():
    weight = nn.Linear(1, 1, bias=False)
    descent, moves = Descent(weight, 0.1, 4), []
    for _ in range(4):
        before = weight.weight.item()
        descent.down(weight(torch.ones(1, 1)).sum())
        moves.append(before - weight.weight.item())
    # Adam moves by the rate where slopes are equal: min(1, 2 - 2 t / 4) of it
    assert moves == pytest.approx([0.1, 0.1, 0.1, 0.05], rel=1e-4)


def test_gumbel_numbers_draw_by_probability():
    uniform = torch.rand(50_000, 3, generator=torch.Generator().manual_seed(0))
    chances = torch.tensor([0.7, 0.25, 0.05])
    drawn = (chances.log() + gumbel(uniform)).argmax(1)
    torch.testing.assert_close(torch.bincount(drawn) / 50_000, chances, atol=0.01, rtol=0)


def test_every_class_has_the_same_chance():
    labels = torch.eye(3)[[0, 0, 0, 2]]
    torch.testing.assert_close(alike(labels), torch.tensor([1 / 3, 1 / 3, 1 / 3, 1]))
