"""Group DRO: the class with the largest loss counts most."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Losses, Moment, Net, indicators
from longtail.strategies.rules import positive
from longtail.strategies.table import Doubles, Profile

BUFFER = "group_dro_log_weights"


@final
@dataclass(frozen=True)
class GroupDro(Strategy):
    """Minimise the loss of the worst class: in every step class weights grow by exp(eta loss) and are normalised.

    Sagawa et al. 2020, ICLR, algorithm 1, with their eta .01. Groups are the classes.
    """

    name: ClassVar[str] = "group-dro"
    paper: ClassVar[str] = "Sagawa et al. 2020, ICLR, algorithm 1"
    claims: ClassVar[frozenset[str]] = frozenset({"gradient"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"eta": (0.001, 0.01, 0.1)}
    eta: float = 0.01

    def __post_init__(self) -> None:
        positive("eta", self.eta)

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        device = next(net.parameters()).device
        net.register_buffer(BUFFER, torch.zeros(classes, device=device).log_softmax(-1))
        return net

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        # every call updates the weights, so two gradients per step would update them twice
        # NOTE[DIFF] all groups of a batch are updated, as in the authors' code; the paper draws one group per step
        rows = losses(net(batch), batch)
        own = indicators(batch.y, len(at.counts), rows.dtype)
        size = own.sum(0).clamp_min(1)
        mean = rows.detach() @ own / size
        # weights are stored as logs, as a weight that underflows to 0 could never grow again
        log_weights = net.get_buffer(BUFFER)
        log_weights.copy_((log_weights + self.eta * mean).log_softmax(-1))
        factors = len(batch.y) * log_weights.exp() / size
        return rows * factors[batch.y]

    def shift(self, trained: Profile) -> Doubles | None:
        # the weights are only known after training
        return None
