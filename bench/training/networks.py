"""Common parts of network learners: embedded columns, initial weights by name, a budget in epochs, hooks."""

from __future__ import annotations

import copy
import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from longtail.bench.seeds import generator, seed_for
from longtail.bench.training.checkpoints import outputs
from longtail.bench.training.common_codes import CommonCodes
from longtail.bench.training.device_rows import inputs
from longtail.bench.training.learner import Costs, Task
from longtail.bench.training.loop import Budget, StageTrainer
from longtail.strategies.base import Model, Strategy
from longtail.strategies.network import Net
from longtail.strategies.table import Doubles, Floats, Profile, Table


class Embeddings(nn.Module):
    """Numbers beside embedding vectors of codes; one matrix holds the vectors of all columns, for a single look-up."""

    first: Tensor

    def __init__(self, numbers: int, cardinalities: list[int], width: int) -> None:
        super().__init__()
        self.width = numbers + len(cardinalities) * width
        self.vectors = nn.Embedding(sum(cardinalities), width) if cardinalities else None
        self.register_buffer("first", torch.tensor(np.cumsum([0, *cardinalities])[:-1], dtype=torch.int64))

    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        numbers, codes = x
        if self.vectors is None:
            return numbers
        return torch.cat([numbers, self.vectors(codes + self.first).flatten(-2)], -1)


class Network:
    """Trained network as a model."""

    def __init__(self, net: Net, device: torch.device, common: CommonCodes) -> None:
        self.net, self.device, self.common = net, device, common

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities, (n, K)."""
        return outputs(self.net, inputs(self.common.pooled(table), self.device)).cpu().numpy()

    def __getstate__(self) -> dict[str, Any]:
        # a pickle must load on a machine without this device
        return {"net": copy.deepcopy(self.net).to("cpu"), "device": torch.device("cpu"), "common": self.common}


@dataclass(frozen=True)
class NetworkLearner(ABC):
    """Network trained for at most `epochs` passes over the rows before any resampling; the best checkpoint is kept.

    Training stops after `patience` epochs without a better checkpoint. A subclass defines the layers between the
    embedded columns and the head.
    """

    embedding: int = 8
    epochs: int = 20
    batch: int = 256
    rate: float = 1e-3
    optimiser: Literal["adam", "sgd"] = "adam"
    decay: float = 0.0
    patience: int = 5
    rare: int = 20
    """codes with fewer training rows share one vector per column; of fewer than 2,000 rows, with fewer than 1 %"""

    def __post_init__(self) -> None:
        for field in self.sizes:
            if getattr(self, field) < 1:
                raise ValueError(f"{field} must be 1 or more, got {getattr(self, field)}")
        if self.rate <= 0 or self.decay < 0:
            raise ValueError(f"rate must be above 0 and decay 0 or more, got {self.rate} and {self.decay}")
        if self.optimiser not in ("adam", "sgd"):
            raise ValueError(f"optimiser must be adam or sgd, got {self.optimiser!r}")

    @property
    def sizes(self) -> tuple[str, ...]:
        """Return the names of the settings that are counts, each 1 or more."""
        return ("embedding", "epochs", "batch", "patience", "rare")

    @abstractmethod
    def body(self, width: int) -> tuple[nn.Module, int]:
        """Return the module that maps embedded columns (n, width) to the input (n, w) of the head, and w."""

    def why_skip(self, profile: Profile) -> str | None:
        return None

    def seconds(self, rows: int, classes: int) -> float:
        # measured on one core: 5 s for a million rows through a small network
        return 5e-6 * rows * self.epochs

    def fit(self, table: Table, task: Task, costs: Costs) -> Model:
        common = CommonCodes.of(task.reference or table, self.rare)
        table, task = common.pooled(table), replace(task, valid=common.pooled(task.valid))
        epoch = max(1, -(-task.natural // self.batch))
        budget = Budget(self.epochs * epoch, epoch, self.batch, self.rate, self.patience, self.optimiser, self.decay)
        course = StageTrainer(task, table, budget)
        source = generator(seed_for(task.seed, "strategy", task.member, 1))
        net = self.network(table, task.seed, task.member)
        if table.classes == 2:
            begin_at(net, meant_priors(task.strategy, table.profile))
        net = task.strategy.network(net, table.classes, source).to(task.device)
        net = task.strategy.stages(net, course.train, table, source)
        costs.optimiser_steps += course.steps
        return Network(net, task.device, common)

    def network(self, table: Table, seed: int, member: int) -> Net:
        """Return an untrained network with the same weights for every strategy and device.

        Each parameter is drawn on the CPU, from a seed that depends on its name.
        """
        cardinalities = [codes for codes in table.cardinalities if codes]
        embed = Embeddings(len(table.cardinalities) - len(cardinalities), cardinalities, self.embedding)
        body, width = self.body(embed.width)
        net = Net(embed, body, nn.Linear(width, table.classes), width)
        with torch.no_grad():
            for name, p in net.named_parameters():
                source = generator(seed_for(seed, "weights", member, zlib.crc32(name.encode())))
                if name.startswith("embed"):
                    p.normal_(0, 0.1, generator=source)
                elif p.ndim > 1:
                    p.uniform_(-(p.shape[1] ** -0.5), p.shape[1] ** -0.5, generator=source)
                else:
                    p.zero_()
        return net


def meant_priors(strategy: Strategy, trained: Profile) -> Doubles:
    """Return the class probabilities (K,) that scores will refer to, or those of the rows where no formula says."""
    factors = strategy.shift(trained)
    priors = trained.priors if factors is None else trained.priors * factors
    return np.asarray(priors / priors.sum(), np.float64)


def begin_at(net: Net, priors: Doubles) -> None:
    """Set the bias of a network's head to the log of class probabilities (K,), so that training need not find them.

    From zero, a network spends its first epochs on how rare clicks are, and early checkpoints are badly calibrated.
    """
    if isinstance(net.head, nn.Linear):
        with torch.no_grad():
            net.head.bias.copy_(torch.from_numpy(np.log(np.maximum(priors, 1e-6))).to(net.head.bias))


def layers(width: int, hidden: int) -> nn.Sequential:
    """Return two hidden layers of rectified units: (n, width) to (n, hidden)."""
    first, second = nn.Linear(width, hidden), nn.Linear(hidden, hidden)
    return nn.Sequential(first, nn.ReLU(inplace=True), second, nn.ReLU(inplace=True))
