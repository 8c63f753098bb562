"""Deep and cross network: products of columns beside hidden layers, as used for click-through rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor, nn

from longtail.bench.training.learner import NETWORK
from longtail.bench.training.networks import NetworkLearner, layers


class CrossAndDeep(nn.Module):
    """Cross layers and hidden layers in parallel on the same input: (n, width) to (n, width + hidden)."""

    def __init__(self, width: int, crosses: int, hidden: int) -> None:
        super().__init__()
        self.crosses = nn.ModuleList(nn.Linear(width, width) for _ in range(crosses))
        self.deep = layers(width, hidden)

    def forward(self, x: Tensor) -> Tensor:
        crossed = x
        for cross in self.crosses:
            crossed = torch.addcmul(crossed, x, cross(crossed))
        return torch.cat([crossed, self.deep(x)], -1)


@final
@dataclass(frozen=True)
class Dcn(NetworkLearner):
    """DCN-V2 in its parallel form (Wang et al. 2021, WWW, equation 1): x_(l+1) = x_0 * (W x_l + b) + x_l."""

    name: ClassVar[str] = "dcn"
    honours: ClassVar[frozenset[str]] = NETWORK
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "rate": (3e-3, 1e-3, 3e-4),
        "batch": (1024, 256, 64),
        "decay": (0.0, 3.0, 10.0),
        "epochs": (10, 20, 40),
        "crosses": (1, 2, 3),
    }
    effort: ClassVar[tuple[str, ...]] = ("epochs", "patience")
    quick: ClassVar[dict[str, Any]] = {"epochs": 4, "batch": 64, "hidden": 16, "rate": 0.01}

    hidden: int = 128
    crosses: int = 2

    @property
    def sizes(self) -> tuple[str, ...]:
        return (*super().sizes, "hidden", "crosses")

    def body(self, width: int) -> tuple[nn.Module, int]:
        return CrossAndDeep(width, self.crosses, self.hidden), width + self.hidden
