"""Tau-normalisation: after training, the norms of the classes' weights are made more equal."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy, Train
from longtail.strategies.network import Net
from longtail.strategies.rules import positive
from longtail.strategies.table import Profile, Table


@final
@dataclass(frozen=True)
class TauNormalisation(Strategy):
    """Divide each class's weights at the head by their norm to the power tau, and drop the biases.

    Kang et al. 2020, ICLR, equation 3. Frequent classes have weights of larger norm. tau 1 makes all norms equal; tau
    near 0 changes nothing.
    """

    name: ClassVar[str] = "tau-normalisation"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, equation 3"
    claims: ClassVar[frozenset[str]] = frozenset({"head"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"tau": (0.3, 0.5, 0.7, 1.0)}
    tau: float = 1.0

    def __post_init__(self) -> None:
        positive("tau", self.tau)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        net = train(net)
        with torch.no_grad():
            for name, p in net.head.named_parameters():
                p.copy_(normalised(p, self.tau) if name == "weight" else torch.zeros_like(p))
        return net

    def shift(self, trained: Profile) -> None:
        """Return None: norms of weights are not priors, so offsets are fitted on validation rows."""


def normalised(weight: Tensor, tau: float) -> Tensor:
    """Return rows (K, width) divided by their norm to the power tau."""
    length = torch.linalg.vector_norm(weight, dim=1, keepdim=True)
    shorter: Tensor = weight / length.clamp_min(1e-12) ** tau
    return shorter
