"""Distillation: a second network learns from the first one's flattened probabilities and from labels."""

import copy
from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import inside, positive, share
from longtail.strategies.table import Doubles, Profile, Table


@final
@dataclass(frozen=True)
class Distillation(Strategy):
    """Train a teacher for `share` of the budget, then a student on labels and on the teacher's virtual examples.

    He, Wu and Wei 2021, ICCV (DiVE): (1 - alpha) loss + alpha T^2 KL(teacher || student), both at temperature T. The
    teacher's probabilities are raised to `power` and normalised, which gives rare classes more weight. The paper uses
    balanced softmax for both networks, which is `distillation+balanced-softmax`.
    """

    name: ClassVar[str] = "distillation"
    paper: ClassVar[str] = "He, Wu and Wei 2021, ICCV, DiVE"
    claims: ClassVar[frozenset[str]] = frozenset({"logits", "objective"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "alpha": (0.25, 0.5, 0.75),
        "temperature": (1.0, 3.0, 9.0),
        "power": (0.5, 1.0),
    }
    share: float = 0.5
    alpha: float = 0.5
    temperature: float = 3.0
    power: float = 0.5

    def __post_init__(self) -> None:
        inside("share", self.share)
        inside("alpha", self.alpha)
        positive("temperature", self.temperature)
        share("power", self.power)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        # NOTE[DIFF] teacher and student share one budget, where the paper gives each its own
        teacher = train(copy.deepcopy(net), using=Strategy(), share=self.share)
        net.add_module("teacher", teacher.requires_grad_(False))
        net = train(net, using=Student(self.alpha, self.temperature, self.power), share=1 - self.share)
        del net.teacher
        return net

    def shift(self, trained: Profile) -> Doubles | None:
        # the flattened probabilities of a teacher follow no class frequencies
        return None


@final
@dataclass(frozen=True)
class Student(Strategy):
    """Learn from labels and the teacher, as the second stage; the teacher is a submodule of the network."""

    alpha: float = 0.5
    temperature: float = 3.0
    power: float = 0.5

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        logits = net(batch)
        with torch.no_grad():
            guesses = net.get_submodule("teacher")(batch)
        apart = divergence(logits, guesses, self.temperature, self.power) * batch.weight
        return (1 - self.alpha) * losses(logits, batch) + self.alpha * self.temperature**2 * apart

    def shift(self, trained: Profile) -> Doubles | None:
        return None


def divergence(student: Tensor, teacher: Tensor, temperature: float, power: float) -> Tensor:
    """Return KL(teacher || student) (B,) at the temperature, with the teacher's probabilities raised to the power."""
    meant = (power * (teacher / temperature).log_softmax(-1)).log_softmax(-1)
    return (meant.exp() * (meant - (student / temperature).log_softmax(-1))).sum(-1)
