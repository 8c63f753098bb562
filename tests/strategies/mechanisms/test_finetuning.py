from typing import Any

import pytest
import torch
from torch import nn

from longtail.strategies.mechanisms.finetuning import TUNINGS, finetuned, projector
from longtail.strategies.network import Net, linear


def net() -> Net:
    return Net(nn.Linear(2, 2), nn.Linear(2, 3), nn.Linear(3, 2), 3)


class Recorder:
    """Stands in for training: notes which parts could move, and for how long."""

    def __init__(self) -> None:
        self.moved: list[tuple[set[str], float]] = []

    def __call__(self, net: Net, *, only: str = "", share: float = 1.0, **_: Any) -> Net:
        live = {name.split(".")[0] for name, p in net.named_parameters() if p.requires_grad and name.startswith(only)}
        self.moved.append((live, share))
        return net


@pytest.mark.parametrize(
    ("tuning", "parts"),
    [
        ("full", [{"embed", "body", "head"}]),
        ("frozen", [{"head"}]),
        ("gradual", [{"head"}, {"body", "head"}, {"embed", "body", "head"}]),
    ],
)
def test_what_moves_and_for_how_long(tuning: Any, parts: list[set[str]]) -> None:
    train = Recorder()
    after = finetuned(net(), train, tuning, 0.6)
    assert [moved for moved, _ in train.moved] == parts
    assert sum(share for _, share in train.moved) == pytest.approx(0.6)
    assert [share for _, share in train.moved] == pytest.approx([0.6 / len(parts)] * len(parts))
    assert all(p.requires_grad for p in after.parameters())
    assert tuning in TUNINGS


def test_heads_come_from_the_source_and_leave_torch_alone() -> None:
    before = torch.get_rng_state()
    one, two, other = (linear(4, 3, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    wide = projector(4, 7, torch.Generator().manual_seed(1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one.weight, two.weight)  # type: ignore[arg-type]
    assert not torch.equal(one.weight, other.weight)  # type: ignore[arg-type]
    assert wide(torch.zeros(5, 4)).shape == (5, 7)
