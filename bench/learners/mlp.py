"""Network of embeddings and two hidden layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import nn

from longtail.bench.training.learner import NETWORK
from longtail.bench.training.networks import NetworkLearner, layers


@final
@dataclass(frozen=True)
class Mlp(NetworkLearner):
    """Two hidden layers of rectified units on scaled numbers and embedded categories."""

    name: ClassVar[str] = "mlp"
    honours: ClassVar[frozenset[str]] = NETWORK
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "rate": (3e-3, 1e-3, 3e-4),
        "batch": (1024, 256, 64),
        "decay": (0.0, 3.0, 10.0),
        "epochs": (10, 20, 40),
    }
    effort: ClassVar[tuple[str, ...]] = ("epochs", "patience")
    quick: ClassVar[dict[str, Any]] = {"epochs": 4, "batch": 64, "hidden": 16, "rate": 0.01}

    hidden: int = 128

    @property
    def sizes(self) -> tuple[str, ...]:
        return (*super().sizes, "hidden")

    def body(self, width: int) -> tuple[nn.Module, int]:
        return layers(width, self.hidden), self.hidden
