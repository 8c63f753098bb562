"""Cosine head: logits are scaled cosines between a row's features and a direction per class."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEAST = 1e-12
"""least norm of a vector"""


class CosineHead(nn.Module):
    """Logits (B, K) as `scale` times the cosine of features (B, width) and each class's direction, without bias."""

    def __init__(self, width: int, classes: int, scale: float, source: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(2 * torch.rand(classes, width, generator=source) - 1)
        self.scale = scale

    def forward(self, h: Tensor) -> Tensor:
        # the norms of rows divide the product: dividing the features first would take (B, width) numbers, and the
        # gradient of torch's norm several times as many
        inverse = torch.linalg.vecdot(h, h)[..., None].clamp_min(LEAST**2).rsqrt()
        stretch = self.scale / torch.linalg.vector_norm(self.weight, dim=-1, keepdim=True).clamp_min(LEAST)
        cosines: Tensor = F.linear(h, self.weight * stretch) * inverse
        return cosines
