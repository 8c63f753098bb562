"""Random numbers and training steps of generators: numbers are drawn on the CPU and used on the device."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from longtail.strategies.network import linear


class Noise:
    """Random numbers drawn on the CPU and moved to the device, so that devices agree."""

    def __init__(self, source: torch.Generator, device: torch.device) -> None:
        self.source, self.device = source, device

    @classmethod
    def of(cls, rng: np.random.Generator, device: torch.device) -> Noise:
        """Return noise that follows from numpy's generator."""
        return cls(torch.Generator().manual_seed(int(rng.integers(2**62))), device)

    def normal(self, *shape: int) -> Tensor:
        """Draw standard normal numbers of this shape."""
        return torch.randn(shape, generator=self.source).to(self.device)

    def uniform(self, *shape: int) -> Tensor:
        """Draw numbers in [0, 1) of this shape."""
        return torch.rand(shape, generator=self.source).to(self.device)

    def rows(self, chances: Tensor, n: int) -> Tensor:
        """Draw row positions (n,) in proportion to `chances`."""
        return torch.multinomial(chances.cpu(), n, replacement=True, generator=self.source).to(self.device)

    def below(self, most: int, n: int) -> Tensor:
        """Draw whole numbers (n,) from 0 to `most` - 1."""
        return torch.randint(most, (n,), generator=self.source).to(self.device)


class Descent:
    """Adam with a rate that is constant for the first half of `turns` and falls to 0 over the second half."""

    def __init__(self, module: nn.Module, rate: float, turns: int, betas: tuple[float, float] = (0.5, 0.9)) -> None:
        self.adam = torch.optim.Adam(module.parameters(), rate, betas=betas, fused=True)
        self.rate = torch.optim.lr_scheduler.LambdaLR(self.adam, lambda turn: min(1.0, 2 - 2 * turn / turns))

    def down(self, loss: Tensor) -> None:
        """Take one step down the loss."""
        self.adam.zero_grad()
        torch.autograd.backward(loss)
        self.adam.step()
        self.rate.step()


def layers(inputs: int, width: int, outputs: int, source: torch.Generator) -> nn.Module:
    """Return a network of two hidden layers with weights from the source."""
    return nn.Sequential(
        linear(inputs, width, source),
        nn.LeakyReLU(0.2),
        linear(width, width, source),
        nn.LeakyReLU(0.2),
        linear(width, outputs, source),
    )


def gumbel(uniform: Tensor) -> Tensor:
    """Return Gumbel numbers from uniform ones: the argmax of logits plus these is a draw by their probabilities."""
    return -(-uniform.clamp(1e-6, 1 - 1e-6).log()).log()


def alike(labels: Tensor) -> Tensor:
    """Return chances of rows (n,) that draw classes evenly, from indicators (n, K)."""
    return labels @ (1 / labels.sum(0).clamp_min(1))
