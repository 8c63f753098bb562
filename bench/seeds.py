"""Seeds by purpose: with the same seed, all strategies get the same data, split, initial weights and batch order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

PURPOSES = ("data", "split", "weights", "order", "strategy")


def seed_for(seed: int, purpose: str, *path: int) -> np.random.SeedSequence:
    """Return the seed sequence of a purpose, or below it that of a member or stage (`path`)."""
    return np.random.SeedSequence(seed, spawn_key=(PURPOSES.index(purpose), *path))


def generator(sequence: np.random.SeedSequence) -> torch.Generator:
    """Return a CPU generator: numbers are drawn on the CPU and then moved, so that all devices get the same."""
    import torch

    return torch.Generator().manual_seed(int(sequence.generate_state(1, np.uint64)[0] >> 1))
