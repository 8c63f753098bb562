import pytest
import torch
from torch import nn

from longtail.bench.training.optimisers import Adam, optimiser_of


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam_equals_torch_bit_for_bit(decay):
    source = torch.Generator().manual_seed(0)
    start = torch.randn(1003, generator=source)
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    one = Adam(ours, 0.01, decay)
    other = torch.optim.AdamW([theirs], 0.01, weight_decay=decay, foreach=False, fused=False)
    for scale in (1, 1e-6, 0, 100, 1):
        slope = scale * torch.randn(1003, generator=source)
        ours.grad, theirs.grad = slope.clone(), slope.clone()
        one.step()
        other.step()
        assert torch.equal(ours, theirs)


def test_adam_by_hand():
    # the first step moves by the rate against the gradient's sign, whatever its size
    weights = nn.Parameter(torch.tensor([1.0, 1.0]))
    weights.grad = torch.tensor([5.0, -0.001])
    Adam(weights, 0.1).step()
    torch.testing.assert_close(weights.data, torch.tensor([0.9, 1.1]), rtol=0, atol=1e-5)


def test_without_a_gradient_nothing_moves():
    weights = nn.Parameter(torch.ones(2))
    Adam(weights, 0.1, 0.5).step()
    assert weights.tolist() == [1, 1]


def test_sgd_by_hand():
    weights = nn.Parameter(torch.tensor([1.0]))
    optimiser = optimiser_of(weights, "sgd", 0.1, 0.0)
    for expected in (0.9, 0.71):  # steps of .1 * 1 and .1 * (.9 * 1 + 1)
        weights.grad = torch.tensor([1.0])
        optimiser.step()
        assert weights.item() == pytest.approx(expected)


def test_names():
    weights = nn.Parameter(torch.ones(2))
    assert isinstance(optimiser_of(weights, "adam", 0.1, 0.0), Adam)
