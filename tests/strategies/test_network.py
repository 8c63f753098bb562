import pytest
import torch
from torch import nn

from longtail.strategies.network import Rng, balanced, indicators, redrawn


def rng(uniform: list[float], normal: list[float] | None = None) -> Rng:
    return Rng(torch.tensor(uniform), torch.tensor(normal or []))


def test_classes_are_drawn_by_their_counts() -> None:
    # edges .2, .2 (no rows), .7, 1
    drawn = rng([0.0, 0.19, 0.21, 0.69, 0.71, 0.999]).classes(torch.tensor([2.0, 0.0, 5.0, 3.0]), 6)
    assert drawn.tolist() == [0, 0, 2, 2, 3, 3]


def test_numbers_are_served_once_and_in_order() -> None:
    source = rng([0.1, 0.2, 0.3], [1.0, 2.0])
    torch.testing.assert_close(source.uniform(2), torch.tensor([0.1, 0.2]))
    torch.testing.assert_close(source.normal(1, 2), torch.tensor([[1.0, 2.0]]))
    torch.testing.assert_close(source.uniform(1), torch.tensor([0.3]))
    assert source.used == (3, 2)


def test_beta_of_one_is_uniform_and_of_a_half_the_arcsine() -> None:
    assert rng([0.3]).beta(1, 1).item() == pytest.approx(0.3)
    # the quantile of Beta(1/2, 1/2) is sin(pi u / 2)^2: at 1/3 a quarter
    assert rng([1 / 3]).beta(0.5, 1).item() == pytest.approx(0.25, abs=1e-4)


def test_balanced_weights_have_mean_one_over_rows() -> None:
    # 1 and 3 over their mean (9 + 3) / 10
    torch.testing.assert_close(
        balanced(torch.tensor([1.0, 3.0]), torch.tensor([9.0, 1.0])), torch.tensor([1.0, 3.0]) / 1.2
    )


def test_indicators_mark_the_class() -> None:
    assert indicators(torch.tensor([2, 0]), 3).tolist() == [[False, False, True], [True, False, False]]


def test_redrawn_copies_and_starts_anew() -> None:
    old = nn.Linear(4, 3)
    kept = old.weight.detach().clone()
    new = redrawn(old, torch.Generator().manual_seed(0))
    assert isinstance(new, nn.Linear)
    assert torch.equal(old.weight, kept)
    assert not torch.equal(new.weight, kept)
    assert new.weight.abs().max() <= 0.5
    assert new.bias.tolist() == [0, 0, 0]


def test_a_redrawn_norm_begins_as_torch_has_it() -> None:
    old = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.PReLU(), nn.LayerNorm(3), nn.Linear(3, 2))
    old.train()(torch.randn(8, 4, generator=torch.Generator().manual_seed(1)))
    with torch.no_grad():
        for p in old.parameters():
            p.add_(5)
    new = redrawn(old, torch.Generator().manual_seed(0))
    plain = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.PReLU(), nn.LayerNorm(3), nn.Linear(3, 2))
    state, expected = new.state_dict(), plain.state_dict()
    for name in state.keys() - {"0.weight", "4.weight", "0.bias", "4.bias"}:
        assert torch.equal(state[name], expected[name]), name
    assert state["0.bias"].abs().sum() == state["4.bias"].abs().sum() == 0
    # the rows' differences come through
    assert (new.eval()(torch.eye(4)).std(0) > 0).all()
