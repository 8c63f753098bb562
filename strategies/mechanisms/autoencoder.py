"""Class-conditional variational autoencoder of wide rows."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from longtail.strategies.mechanisms.generator_steps import Descent, Noise, alike, gumbel, layers
from longtail.strategies.mechanisms.mode_normalisation import SPREADS

LEAST_SPREAD = 0.01


class Autoencoder(nn.Module):
    """A map from wide rows (B, W) and labels (B, K) to latent normals (B, z), and back.

    Columns with one place are numbers: normal around a bounded output, with a learnt spread each. The others are
    choices. `start` (K, W) are the averages of the classes.
    """

    def __init__(self, start: Tensor, places: list[int], latent: int, width: int, source: torch.Generator) -> None:
        super().__init__()
        classes, seen = start.shape
        self.encoder = layers(seen + classes, width, 2 * latent, source)
        self.decoder = layers(latent + classes, width, seen, source)
        self.start, self.log_spread = nn.Parameter(start.clone()), nn.Parameter(torch.full((seen,), -0.5))
        self.places, self.latent = places, latent

    def encode(self, rows: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the means and the log spreads, (B, z) each."""
        mean, log_spread = self.encoder(torch.cat([rows, labels], 1)).chunk(2, 1)
        return mean, log_spread.clamp(-10, 5)

    def decode(self, latent: Tensor, labels: Tensor) -> list[Tensor]:
        """Return raw numbers (B, 1) or logits (B, places) of each part."""
        out = self.decoder(torch.cat([latent, labels], 1)) + labels @ self.start
        return list(torch.split(out, self.places, 1))

    def spreads(self) -> list[Tensor]:
        """Return the standard deviations of each part; only those of numbers are used."""
        return list(torch.split(self.log_spread.exp().clamp_min(LEAST_SPREAD), self.places))

    def terms(self, rows: Tensor, labels: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Return the negative log-likelihood of decoded rows and the divergence from a standard normal, (B,) each."""
        mean, log_spread = self.encode(rows, labels)
        raw = self.decode(mean + noise * log_spread.exp(), labels)
        given = torch.split(rows, self.places, 1)
        lost = [
            ((x - bounded(p)) / s).square().sum(1) / 2 + s.log().sum()
            if p.shape[1] == 1
            else -(x * p.log_softmax(1)).sum(1)
            for p, x, s in zip(raw, given, self.spreads(), strict=True)
        ]
        apart = (mean.square() + (2 * log_spread).exp() - 1).sum(1) / 2 - log_spread.sum(1)
        return torch.stack(lost).sum(0), apart

    def draw(self, latent: Tensor, labels: Tensor, normal: Tensor, uniform: Tensor) -> Tensor:
        """Draw numbers and choices, and return wide rows (B, W)."""
        bells, flats = torch.split(normal, self.places, 1), torch.split(gumbel(uniform), self.places, 1)
        parts = zip(self.decode(latent, labels), self.spreads(), bells, flats, strict=True)
        return torch.cat([bounded(p) + s * b if p.shape[1] == 1 else p + g for p, s, b, g in parts], 1)


def bounded(raw: Tensor) -> Tensor:
    """Return numbers bounded to the range of a mode."""
    out: Tensor = SPREADS * (raw / SPREADS).tanh()
    return out


def fitted(
    net: Autoencoder,
    real: Tensor,
    labels: Tensor,
    steps: int,
    batch: int,
    factor: float,
    rate: float,
    noise: Noise,
) -> None:
    """Train on rows (n, W) with labels (n, K), classes drawn evenly; `factor` weighs the reconstruction."""
    descent = Descent(net, rate, steps, (0.9, 0.999))
    for at in torch.split(noise.rows(alike(labels), steps * batch), batch):
        lost, apart = net.terms(real[at], labels[at], noise.normal(len(at), net.latent))
        descent.down((factor * lost + apart).mean())


def decoded(net: Autoencoder, labels: Tensor, noise: Noise) -> Tensor:
    """Draw new wide rows (n, W) for labels (n, K)."""
    seen = sum(net.places)
    with torch.no_grad():
        return torch.cat(
            [
                net.draw(
                    noise.normal(len(own), net.latent), own, noise.normal(len(own), seen), noise.uniform(len(own), seen)
                )
                for own in torch.split(labels, 4096)
            ]
        )
