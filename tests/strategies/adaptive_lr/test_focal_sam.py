import pytest
import torch
from torch import Tensor

from longtail.strategies.adaptive_lr.focal_sam import FocalSam
from longtail.strategies.adaptive_lr.sam import Sam
from longtail.strategies.network import Batch, Moment, Params, Rng

COUNTS = torch.tensor([60.0, 30.0, 10.0])
X = torch.tensor([[1.0, 2.0, -1.0], [0.5, -0.3, 0.2], [2.0, 0.1, 0.4], [-1.0, 0.7, 1.5]], dtype=torch.float64)
W = {"w": torch.tensor([0.3, -0.2, 0.5], dtype=torch.float64)}


def at(counts: Tensor = COUNTS, dice: Tensor | None = None) -> Moment:
    empty = torch.zeros(0)
    return Moment(0.5, counts, torch.zeros(0, len(counts)), Rng(empty if dice is None else dice, empty))


def batch(y: list[int]) -> Batch:
    return Batch((), torch.tensor(y), torch.ones(4, dtype=torch.float64))


def rows(p: Params) -> Tensor:
    return torch.nn.functional.softplus(X @ p["w"])


def slope(w: Tensor, weights: list[float]) -> Tensor:
    return X.T @ (torch.sigmoid(X @ w) * torch.tensor(weights, dtype=torch.float64))


def test_gradient_is_the_papers() -> None:
    # frequencies .6, .3 and .1; gamma 2: .16, .49 and .81; lam .5; over four rows
    w, focal = W["w"], [0.16 / 4, 0.49 / 4, 0.81 / 4, 0.16 / 4]
    climb = slope(w, focal)
    sharp = slope(w + 0.1 * climb / climb.norm(), focal)
    expected = slope(w, [0.25] * 4) - 0.5 * slope(w, focal) + 0.5 * sharp
    found = FocalSam(rho=0.1, gamma=2, lam=0.5).gradient(rows, W, batch([0, 1, 2, 0]), at())
    torch.testing.assert_close(found["w"], expected, rtol=1e-6, atol=1e-8)  # frequencies are float32


def test_weights_of_one_are_sam() -> None:
    even, given = at(torch.tensor([5.0, 5.0])), batch([0, 1, 1, 0])
    found = FocalSam(gamma=1, lam=2).gradient(rows, W, given, even)["w"]
    torch.testing.assert_close(found, Sam().gradient(rows, W, given, even)["w"])


def test_the_blind_control_deals_classes_to_rows_at_random() -> None:
    now = at(dice=torch.tensor([0.7, 0.4, 0.9, 0.1]))
    found = FocalSam(blind=True).gradient(rows, W, batch([0, 0, 1, 2]), now)["w"]
    torch.testing.assert_close(found, FocalSam().gradient(rows, W, batch([2, 0, 0, 1]), at())["w"])
    assert now.rng.used == (4, 0)


@pytest.mark.parametrize(("name", "value"), [("rho", 0), ("gamma", 0), ("lam", -1), ("blind", 1)])
def test_wrong_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value!r}"):
        FocalSam(**{name: value})  # type: ignore[arg-type]
