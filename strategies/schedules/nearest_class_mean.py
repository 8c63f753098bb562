"""Nearest class mean: after training, the means of the classes' features replace the head."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from longtail.strategies.base import Strategy, Train
from longtail.strategies.network import Batch, Net
from longtail.strategies.table import Profile, Table

CHUNK = 8192
FAR = 1e4
"""distance of a class without rows"""


class Means(nn.Module):
    """Logits (B, K): minus the squared distance of normalised features to each class's mean, in units of `spread`."""

    means: Tensor
    spread: Tensor
    missing: Tensor

    def __init__(self, features: Tensor, y: Tensor, classes: int) -> None:
        super().__init__()
        h = F.normalize(features, dim=-1)
        counts = torch.bincount(y, minlength=classes)
        sums = torch.zeros(classes, h.shape[1], dtype=h.dtype, device=h.device).index_add_(0, y, h)
        means = sums / counts.clamp_min(1)[:, None]
        self.register_buffer("means", means)
        self.register_buffer("spread", (h - means[y]).square().sum(-1).mean().clamp_min(1e-6))
        self.register_buffer("missing", FAR * (counts == 0).to(h.dtype))

    def forward(self, h: Tensor) -> Tensor:
        h, means = F.normalize(h.double(), dim=-1), self.means.double()
        # multiplied out, as differences would take (B, K, width) numbers; in float64, as 1 + 1 - 2 loses precision
        distance = h.square().sum(-1, keepdim=True) - 2 * h @ means.T + means.square().sum(-1)
        return (-distance / self.spread - self.missing).to(self.means.dtype)


@final
@dataclass(frozen=True)
class NearestClassMean(Strategy):
    """Decide for the class with the nearest mean feature, on normalised features that plain training has learnt.

    Kang et al. 2020, ICLR, nearest class mean classifier. Every class has one mean, however few rows it has.
    """

    name: ClassVar[str] = "nearest-class-mean"
    paper: ClassVar[str] = "Kang et al. 2020, ICLR, nearest class mean classifier"

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        net = train(net)
        device = next(net.parameters()).device
        features = features_of(net, table, device)
        net.head = Means(features, torch.from_numpy(table.y).to(device), table.classes)
        return net

    def shift(self, trained: Profile) -> None:
        """Return None: distances are not a posterior, so offsets are fitted on validation rows."""


@torch.no_grad()
def features_of(net: Net, table: Table, device: torch.device) -> Tensor:
    """Return the head's input for all rows, (n, width)."""
    net.eval()
    parts = []
    for first in range(0, len(table), CHUNK):
        part = table.x[first : first + CHUNK]
        numbers = torch.from_numpy(np.ascontiguousarray(part[:, ~table.categorical])).to(device)
        codes = torch.from_numpy(np.ascontiguousarray(part[:, table.categorical], np.int64)).to(device)
        blank = torch.zeros(len(part), dtype=torch.int64, device=device)
        parts.append(net.features(Batch((numbers, codes), blank, blank)))
    return torch.cat(parts)
