"""Class frequencies as probabilities of a draw, and why they may have nothing to say."""

from __future__ import annotations

import torch
from torch import Tensor

from longtail.strategies.table import Profile


def powered_draw(counts: Tensor, power: float) -> Tensor:
    """Class probabilities (K,) in proportion to n^power, 0 for a class without rows (Kang et al. 2020, equation 1)."""
    draw = torch.where(counts > 0, counts.clamp_min(1) ** power, 0.0)
    return draw / draw.sum()


def why_not_uneven(profile: Profile) -> str | None:
    """Say in a sentence why nothing would follow from class frequencies, or None."""
    there = profile.counts[profile.counts > 0]
    if there.max() > there.min():
        return None
    return f"every class has {there.max()} training rows, so class frequencies would change nothing"
