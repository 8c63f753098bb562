"""Arguments of the network hooks: batches, the moment of training, and networks of three parts."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from scipy.special import betaincinv
from torch import Tensor, nn

Params = Mapping[str, Tensor]


class Batch(NamedTuple):
    """Rows on the device: `x` holds numbers (B, p) and codes (B, q); `y`, `weight`, and `group` if known, are (B,).

    With a partner `other`, embedded features are mixed: `blend` (B,) is the share of the row itself, the rest is the
    partner's. In the same way `share` (B,) is the share of the row's own class in its label. `examination` (B,) is the
    chance that a row was looked at, if known.
    """

    x: tuple[Tensor, ...]
    y: Tensor
    weight: Tensor
    group: Tensor | None = None
    other: Batch | None = None
    blend: Tensor | None = None
    share: Tensor | None = None
    examination: Tensor | None = None


class Moment(NamedTuple):
    """The state of training: all that a tensor hook may depend on besides its rows."""

    fraction: float
    """fraction of the cell's optimiser steps done; the same for every seed, so Python code may branch on it"""
    counts: Tensor
    """rows trained on per class, (K,) float"""
    recall: Tensor
    """recall per class on validation rows, (epochs done, K), of decisions as if classes were equally frequent"""
    rng: Rng


class Rng:
    """Random numbers of one step, drawn in advance on the CPU: equal on every device, for one seed or several."""

    def __init__(self, uniform: Tensor, normal: Tensor) -> None:
        self.uniform_numbers, self.normal_numbers = uniform, normal
        self.used = (0, 0)

    def uniform(self, *shape: int) -> Tensor:
        """Return numbers in [0, 1) of this shape."""
        first, normal = self.used
        self.used = (first + math.prod(shape), normal)
        return self.uniform_numbers[first : self.used[0]].reshape(shape)

    def normal(self, *shape: int) -> Tensor:
        """Return standard normal numbers of this shape."""
        uniform, first = self.used
        self.used = (uniform, first + math.prod(shape))
        return self.normal_numbers[first : self.used[1]].reshape(shape)

    def classes(self, counts: Tensor, n: int) -> Tensor:
        """Draw n classes in proportion to counts (K,), shape (n,)."""
        edges = counts.cumsum(-1) / counts.sum()
        # a comparison, since torch.searchsorted copies its operands under vmap, and warns
        return (self.uniform(n)[:, None] > edges).sum(-1).clamp_max(len(counts) - 1)

    def beta(self, a: float, *shape: int) -> Tensor:
        """Draw numbers of this shape from Beta(a, a), by a table of 65,536 quantiles."""
        if a == 1:
            return self.uniform(*shape)
        table = _beta_quantiles(a, self.uniform_numbers.device)
        return table[(self.uniform(*shape) * len(table)).long()]


@lru_cache
def _beta_quantiles(a: float, device: torch.device) -> Tensor:
    return torch.tensor(betaincinv(a, a, (np.arange(2**16) + 0.5) / 2**16), dtype=torch.float32, device=device)


class Net(nn.Module):
    """A network head(body(embed(x))) of three replaceable parts; the head takes `width` features."""

    def __init__(self, embed: nn.Module, body: nn.Module, head: nn.Module, width: int) -> None:
        super().__init__()
        self.embed, self.body, self.head, self.width = embed, body, head, width

    def features(self, batch: Batch) -> Tensor:
        """Return the input of the head, (B, width); rows are blended with their partners, if they have any."""
        h = self.embed(batch.x)
        if batch.other is not None and batch.blend is not None:
            partner = self.embed(batch.other.x)
            h = torch.lerp(partner, h, batch.blend.reshape(-1, *[1] * (h.ndim - 1)))
        out: Tensor = self.body(h)
        return out

    def forward(self, batch: Batch) -> Tensor:
        logits: Tensor = self.head(self.features(batch))
        return logits


class Terms:
    """The terms (B,) of a step as a function of parameters; `apart` is true if each depends on its own row alone."""

    def __init__(self, of: Callable[[Params], Tensor], apart: bool) -> None:
        self.of, self.apart = of, apart

    def __call__(self, params: Params) -> Tensor:
        return self.of(params)


Losses = Callable[[Tensor, Batch], Tensor]
"""(logits (B, K), rows) -> one weighted loss per row, (B,), also for labels shared with a partner"""


def balanced(weights: Tensor, counts: Tensor) -> Tensor:
    """Return class weights (K,) scaled so that the mean weight of a training row is 1."""
    return weights * counts.sum() / (weights * counts).sum()


def indicators(y: Tensor, classes: int, dtype: torch.dtype = torch.bool) -> Tensor:
    """Return one-hot rows (B, K); torch's own one_hot reads values back, which fails in a batched gradient."""
    # comparing with every class takes several times as long
    return torch.zeros(len(y), classes, dtype=dtype, device=y.device).scatter(1, y[:, None], 1)


def redrawn(module: nn.Module, source: torch.Generator) -> nn.Module:
    """Copy a module with new weights: matrices are uniform within 1/sqrt(inputs), biases are zero.

    Layers without a matrix, such as norms, are reset by their own rule; other vectors keep their values.
    """
    fresh = copy.deepcopy(module)
    with torch.no_grad():
        for part in fresh.modules():
            own = dict(part.named_parameters(recurse=False))
            if all(p.ndim < 2 for p in own.values()) and callable(reset := getattr(part, "reset_parameters", None)):
                reset()
                continue
            for name, p in own.items():
                if p.ndim > 1:
                    drawn = 2 * torch.rand(p.shape, generator=source) - 1
                    p.copy_(drawn * p.shape[-1] ** -0.5)
                elif "bias" in name:
                    p.zero_()
    return fresh


def linear(inputs: int, outputs: int, source: torch.Generator) -> nn.Module:
    """Return a linear layer with weights drawn from the source; torch's global random state is not touched."""
    return redrawn(nn.Linear(inputs, outputs, device="meta").to_empty(device="cpu"), source)
