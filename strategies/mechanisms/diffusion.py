"""Diffusion of mixed columns: Gaussian for numbers, multinomial for categories, reversed by one network."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from longtail.strategies.mechanisms.generator_steps import Noise, gumbel, layers
from longtail.strategies.network import linear

EMBEDDING = 64
MOST_BETA = 0.999
TINY = 1e-20


class Diffusion(nn.Module):
    """A network that predicts the original of noisy wide rows (B, W) at time steps (B,) with labels (B, K).

    It predicts the noise of numbers, and the row's own places of categories. `places` are the widths of the columns,
    `number` says which columns are numbers.
    """

    alpha: Tensor
    kept: Tensor
    kept_before: Tensor
    number: Tensor
    within: Tensor
    size: Tensor

    def __init__(
        self, places: list[int], number: list[bool], classes: int, moments: int, width: int, source: torch.Generator
    ) -> None:
        super().__init__()
        self.places, self.moments, self.categories = places, moments, number.count(False)
        seen = sum(places)
        self.rows, self.label, self.time = (linear(size, EMBEDDING, source) for size in (seen, classes, EMBEDDING))
        self.net = layers(EMBEDDING, width, seen, source)
        alpha = 1 - cosine_betas(moments)
        kept = alpha.cumprod(0)
        owner = torch.repeat_interleave(torch.arange(len(places)), torch.tensor(places))
        for name, value in {
            "alpha": alpha.float(),
            "kept": kept.float(),
            "kept_before": torch.cat([kept.new_ones(1), kept[:-1]]).float(),
            "number": torch.tensor(number)[owner],
            "within": (owner[:, None] == owner[None, :]).float(),
            "size": torch.tensor(places).float()[owner],
        }.items():
            self.register_buffer(name, value, persistent=False)

    def forward(self, rows: Tensor, at: Tensor, labels: Tensor) -> Tensor:
        """Return the noise of numbers and the probabilities of categories, (B, W)."""
        time = nn.functional.silu(self.time(waves(at)))
        out = self.net(self.rows(rows) + time + nn.functional.silu(self.label(labels)))
        return torch.where(self.number, out, self.choices(out))

    def choices(self, logits: Tensor) -> Tensor:
        """Return probabilities within each column, (B, W)."""
        return torch.cat([part.softmax(1) for part in torch.split(logits, self.places, 1)], 1)

    def noised(self, rows: Tensor, at: Tensor, normal: Tensor, uniform: Tensor) -> Tensor:
        """Return rows at time steps (B,): numbers blended with noise, categories redrawn more and more often."""
        kept = self.kept[at][:, None]
        numbers = kept.sqrt() * rows + (1 - kept).sqrt() * normal
        return torch.where(self.number, numbers, self.drawn(self.spread(rows, kept), uniform))

    def spread(self, chances: Tensor, kept: Tensor) -> Tensor:
        """Return chances (B, W) where a share `kept` stays and the rest is uniform."""
        out: Tensor = kept * chances + (1 - kept) / self.size
        return out

    def drawn(self, chances: Tensor, uniform: Tensor) -> Tensor:
        """Draw one category per column by its chances, as indicators (B, W)."""
        scores = torch.split(chances.clamp_min(TINY).log() + gumbel(uniform), self.places, 1)
        return torch.cat([nn.functional.one_hot(s.argmax(1), s.shape[1]).float() for s in scores], 1)

    def earlier(self, start: Tensor, rows: Tensor, at: Tensor) -> Tensor:
        """Return chances (B, W) one time step earlier, given those at the start and the rows now."""
        chances = self.spread(start, self.kept_before[at][:, None]) * self.spread(rows, self.alpha[at][:, None])
        return chances / (chances @ self.within).clamp_min(TINY)

    def loss(self, rows: Tensor, labels: Tensor, noise: Noise) -> Tensor:
        """Return the squared error of the noise plus the mean divergence over categorical columns, (B,)."""
        at = noise.below(self.moments, len(rows))
        normal = noise.normal(*rows.shape)
        now = self.noised(rows, at, normal, noise.uniform(*rows.shape))
        said = self(now, at, labels)
        numbers: Tensor = ((said - normal).square() * self.number).sum(1) / self.number.sum().clamp_min(1)
        true, found = self.earlier(rows, now, at), self.earlier(said, now, at)
        apart = true * (true.clamp_min(TINY).log() - found.clamp_min(TINY).log())
        categories: Tensor = self.moments * (apart * ~self.number).sum(1) / max(1, self.categories)
        return numbers + categories

    def before(self, rows: Tensor, at: Tensor, labels: Tensor, normal: Tensor, uniform: Tensor) -> Tensor:
        """Draw the rows one time step earlier, (B, W)."""
        said = self(rows, at, labels)
        alpha, kept, kept_before = (part[at][:, None] for part in (self.alpha, self.kept, self.kept_before))
        start = (rows - (1 - kept).sqrt() * said) / kept.sqrt().clamp_min(1e-4)
        start = start.clamp(-5, 5)  # normal scores of ranks lie in this range
        mean = ((1 - alpha) * kept_before.sqrt() * start + (1 - kept_before) * alpha.sqrt() * rows) / (1 - kept)
        spread = ((1 - alpha) * (1 - kept_before) / (1 - kept)).sqrt()
        return torch.where(self.number, mean + spread * normal, self.drawn(self.earlier(said, rows, at), uniform))


def undone(model: Diffusion, labels: Tensor, noise: Noise) -> Tensor:
    """Draw new wide rows (n, W) for labels (n, K), starting from noise."""
    with torch.no_grad():
        return torch.cat([_undone(model, own, noise) for own in torch.split(labels, 4096)])


def _undone(model: Diffusion, labels: Tensor, noise: Noise) -> Tensor:
    shape = len(labels), sum(model.places)
    anything = (1 / model.size).expand(shape)
    rows = torch.where(model.number, noise.normal(*shape), model.drawn(anything, noise.uniform(*shape)))
    for moment in reversed(range(model.moments)):
        at = torch.full((len(labels),), moment, device=labels.device)
        rows = model.before(rows, at, labels, noise.normal(*shape), noise.uniform(*shape))
    return rows


def cosine_betas(moments: int) -> Tensor:
    """Return the noise that each time step adds, (moments,): Nichol and Dhariwal 2021, ICML, equation 17."""
    time = torch.arange(moments + 1, dtype=torch.float64) / moments
    left = ((time + 0.008) / 1.008 * math.pi / 2).cos() ** 2
    return (1 - left[1:] / left[:-1]).clamp_max(MOST_BETA)


def waves(at: Tensor) -> Tensor:
    """Return time steps (B,) as sines and cosines of many wavelengths, (B, EMBEDDING)."""
    half = EMBEDDING // 2
    lengths = torch.exp(-math.log(10_000) * torch.arange(half, device=at.device) / half)
    angles = at[:, None].float() * lengths
    return torch.cat([angles.cos(), angles.sin()], 1)
