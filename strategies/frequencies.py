"""Class frequencies as draw probabilities and weights, and the reason where all classes are equally frequent."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from longtail.strategies.table import Profile


def powered_draw(counts: Tensor, power: float) -> Tensor:
    """Return class probabilities (K,) in proportion to n^power, 0 for an empty class (Kang et al. 2020, equation 1)."""
    draw = torch.where(counts > 0, counts.clamp_min(1) ** power, 0.0)
    return draw / draw.sum()


def effective_weights(counts: Tensor, beta: float) -> Tensor:
    """Return one over the effective number of rows, (1 - beta) / (1 - beta^n), (K,): 1 at beta 0, 1 / n at beta 1."""
    if beta == 1:
        return 1 / counts.clamp_min(1)
    # 1 - beta^n is computed as -expm1(n log beta): the difference loses most digits for small n in float32
    log_beta = math.log(beta) if beta else -math.inf
    return (1 - beta) / -torch.expm1(counts.clamp_min(1) * log_beta)


def rarest(counts: Tensor, share: float) -> Tensor:
    """Return a bool mask (K,) of the rarest classes that hold at most `share` of the rows, at least one with rows."""
    order = counts.argsort(stable=True)
    sizes = counts[order]
    # the rarest class with rows counts even if it holds more than the share
    within = (sizes.cumsum(0) <= share * counts.sum()) | (sizes.cumsum(0) - sizes == 0)
    return within[order.argsort()]


def why_not_uneven(profile: Profile) -> str | None:
    """Say in a sentence why class frequencies give no reason to treat classes differently, or return None."""
    there = profile.counts[profile.counts > 0]
    if there.max() > there.min():
        return None
    return f"every class has {there.max()} training rows, so no class is rarer than another"
