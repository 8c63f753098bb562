"""A head whose logits are scaled cosines between a row's features and a direction for each class."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEAST = 1e-12
"""length that a vector of zeros is given"""


class CosineHead(nn.Module):
    """`scale` times the cosine of features (B, width) and each class's direction: logits (B, K), no bias."""

    def __init__(self, width: int, classes: int, scale: float, source: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(2 * torch.rand(classes, width, generator=source) - 1)
        self.scale = scale

    def forward(self, h: Tensor) -> Tensor:
        # the rows' lengths divide the product: to divide the features first would take numbers of (B, width), and the
        # gradient of torch's norm several of them
        inverse = torch.linalg.vecdot(h, h)[..., None].clamp_min(LEAST**2).rsqrt()
        stretch = self.scale / torch.linalg.vector_norm(self.weight, dim=-1, keepdim=True).clamp_min(LEAST)
        cosines: Tensor = F.linear(h, self.weight * stretch) * inverse
        return cosines
