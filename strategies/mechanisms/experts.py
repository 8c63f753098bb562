"""Experts: a network whose last layers exist several times, over shared features."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from longtail.strategies.network import Net, redrawn


class Experts(nn.Module):
    """Logits of every expert, (B, E, K), in training; otherwise their mean, (B, K)."""

    def __init__(self, experts: list[nn.Module]) -> None:
        super().__init__()
        self.experts = nn.ModuleList(experts)

    def forward(self, h: Tensor) -> Tensor:
        logits = torch.stack([expert(h) for expert in self.experts], -2)
        return logits if self.training else logits.mean(-2)


def with_experts(net: Net, experts: int, source: torch.Generator) -> Net:
    """Give a network its last hidden layer and head `experts` times; the first copy keeps its weights.

    All layers before are shared, and what others have registered on the network stays. A body that is not a sequence of
    layers belongs to the expert as a whole.
    """
    last, width = 2, net.width
    if isinstance(net.body, nn.Sequential):
        layers = list(net.body)
        shared, own = layers[:-last], layers[-last:]
        width = next((layer.in_features for layer in own if isinstance(layer, nn.Linear)), width)
    else:
        shared, own = [], [net.body]
    first = nn.Sequential(*own, net.head)
    twins = [copy.deepcopy(first), *(redrawn(first, source) for _ in range(experts - 1))]
    net.body, net.head, net.width = nn.Sequential(*shared), Experts(twins), width
    return net
