"""Random draws of one seed for an epoch, on the CPU: row numbers, partners, and random numbers per step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from torch import Tensor

from longtail.bench.seeds import generator
from longtail.bench.training.device_rows import DeviceRows, RowOrder
from longtail.bench.training.steps import random_numbers
from longtail.strategies.base import Strategy
from longtail.strategies.network import Moment, Rng


class EpochDraws(NamedTuple):
    """Draws of an epoch: row numbers and partners (steps, B), uniform and normal numbers (steps, draws per step)."""

    own: Tensor
    other: Tensor
    uniform: Tensor
    normal: Tensor


class Draws:
    """Random streams of one stage: the loop of one seed and the program of several seeds draw the same from them."""

    def __init__(
        self,
        rows: DeviceRows,
        strategy: Strategy,
        seed: np.random.SeedSequence,
        size: int,
        draws_per_step: tuple[int, int],
    ) -> None:
        self.rows, self.strategy, self.size, self.draws_per_step = rows, strategy, size, draws_per_step
        own, partners, self.noise = (generator(sequence) for sequence in seed.spawn(3))
        self.order, self.partners = RowOrder(rows, own), RowOrder(rows, partners)

    def epoch(self, fraction: float, steps: int, recall: Tensor) -> EpochDraws:
        """Draw the next epoch, which begins at this fraction of the budget; `recall` is (looks, K)."""
        strategy, size, acts = self.strategy, self.size, self.strategy.acts
        uniform, normal = random_numbers(steps, self.draws_per_step, self.noise, self.rows.y.device)
        now = Moment(fraction, self.rows.counts, recall, Rng(uniform[0], normal[0]))
        classes = strategy.draw(now)
        own = self.order.drawn(steps * size, classes).reshape(steps, size)
        other = own
        if "augment" in acts and strategy.pairs:
            mates = strategy.partner(now) if "partner" in acts else classes
            other = self.partners.drawn(steps * size, mates).reshape(steps, size)
        return EpochDraws(own, other, uniform, normal)
