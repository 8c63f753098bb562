"""Training by sampling: conditions name the class and the value of one category, with rare values drawn often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from longtail.strategies.mechanisms.generator_steps import Noise


@dataclass(frozen=True, eq=False)
class Choices:
    """The rows' values in the columns that are choices; conditions are (class, value) indicators, (n, K + V)."""

    label: Tensor
    """indicators of the classes, (n, K)"""
    values: Tensor
    """indicators of the values, (n, V), all choices side by side"""
    column: Tensor
    """number of the choice that a place belongs to, from 0, (V,)"""
    at: Tensor
    """positions of the places in a wide row, (V,)"""

    @classmethod
    def of(cls, real: Tensor, label: Tensor, choice: list[bool], places: list[int]) -> Self:
        """Collect the columns marked by `choice`; each has one part in `places`, and a number has two."""
        at: list[int] = []
        column: list[int] = []
        first, part = 0, 0
        for number, one in enumerate(choice):
            size = places[part] if one else places[part] + places[part + 1]
            part += 1 if one else 2
            if one and size > 1:
                at += range(first, first + size)
                column += [number] * size
            first += size
        where = torch.tensor(at, dtype=torch.int64, device=real.device)
        owner = torch.unique(torch.tensor(column, dtype=torch.int64), return_inverse=True)[1].to(real.device)
        return cls(label, real[:, where], owner, where)

    @property
    def number(self) -> int:
        """Return the number of columns that are choices."""
        return int(self.column.max()) + 1 if len(self.column) else 0

    def told(self, turns: int, batch: int, noise: Noise) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield row positions and conditions of each turn: a random column, then class and value by log frequency."""
        n = turns * batch
        if not self.number:
            rows = noise.rows(self._chances(None), n)
            return ((own, self.label[own]) for own in torch.split(rows, batch))
        columns = noise.below(self.number, n)
        rows = torch.zeros(n, dtype=torch.int64, device=self.label.device)
        for number in range(self.number):
            own = torch.nonzero(columns == number)[:, 0]
            rows[own] = noise.rows(self._chances(number), max(1, len(own)))[: len(own)]
        pairs = zip(torch.split(rows, batch), torch.split(columns, batch), strict=True)
        return ((own, self._conditions(own, column)) for own, column in pairs)

    def wanted(self, y: Tensor, noise: Noise) -> Tensor:
        """Return conditions for new rows of classes y (n,): the values of random rows of the class, one value each."""
        rows = torch.zeros(len(y), dtype=torch.int64, device=y.device)
        for c in torch.unique(y).tolist():
            which = torch.nonzero(y == c)[:, 0]
            rows[which] = noise.rows(self.label[:, c], len(which))
        if not self.number:
            return self.label[rows]
        return self._conditions(rows, noise.below(self.number, len(y)))

    def start(self, averages: Tensor) -> Tensor:
        """Return the generator's start (K + V, W): the averages of the classes, zeros for values."""
        return torch.cat([averages, averages.new_zeros(len(self.at), averages.shape[1])])

    def lack(self, raw: Tensor, condition: Tensor) -> Tensor:
        """Return the cross-entropy of the conditioning values under the logits (B, W) of their columns, a scalar."""
        told = condition[:, self.label.shape[1] :]
        if not self.number:
            return raw.new_zeros(())
        logits = raw[:, self.at]
        owner = self.column.expand(len(logits), -1)
        room = logits.new_zeros(len(logits), self.number)
        highest = room.scatter_reduce(1, owner, logits.detach(), "amax", include_self=False).gather(1, owner)
        total = room.scatter_add(1, owner, (logits - highest).exp()).log().gather(1, owner) + highest
        return ((total - logits) * told).sum(1).mean()

    def _conditions(self, rows: Tensor, columns: Tensor) -> Tensor:
        named = self.column[None, :] == columns[:, None]
        return torch.cat([self.label[rows], self.values[rows] * named], 1)

    def _chances(self, number: int | None) -> Tensor:
        """Return chances of rows (n,): classes by log frequency, values of a column by log frequency in their class."""
        # NOTE[DIFF] a condition always names the class, as rows of a class are wanted; in the paper the class is one of
        # the columns, and the condition names a single column
        counts = self.label.sum(0)
        chances = self.label @ (torch.log1p(counts) / counts.clamp_min(1))
        if number is None:
            return chances
        values = self.values[:, self.column == number]
        times = self.label.T @ values
        logs = torch.log1p(times)
        share = logs / logs.sum(1, keepdim=True).clamp_min(1e-30) / times.clamp_min(1)
        own = (self.label @ share * values).sum(1)
        return chances * counts[self.label.argmax(1)] * own
