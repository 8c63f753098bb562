"""Rows on the device, and the order in which they enter batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from longtail.bench.errors import TrainingError
from longtail.strategies.network import Batch
from longtail.strategies.table import Table


@dataclass(frozen=True, eq=False)
class DeviceRows:
    """Table as tensors on the device; batches are taken from it directly, without a data loader."""

    x: tuple[Tensor, Tensor]
    """numbers (n, p) float32, codes (n, q) int64"""
    y: Tensor
    weight: Tensor
    group: Tensor | None
    counts: Tensor
    """rows per class, (K,) float32"""
    by_class: Tensor
    """row numbers sorted by class, (n,)"""
    start: Tensor
    """position in `by_class` at which each class starts, (K,)"""
    examination: Tensor | None = None

    @classmethod
    def of(cls, table: Table, device: torch.device) -> DeviceRows:
        """Copy a table to the device."""
        y = torch.from_numpy(table.y)
        counts = torch.bincount(y, minlength=table.classes)
        parts = (torch.from_numpy(table.weight), torch.argsort(y, stable=True), counts.cumsum(0) - counts)
        weight, by_class, start = (part.to(device) for part in parts)
        known = (table.group, table.examination)
        group, seen = (None if part is None else torch.from_numpy(part).to(device) for part in known)
        x, counts = inputs(table, device), counts.float().to(device)
        return cls(x, y.to(device), weight, group, counts, by_class, start, seen)

    def __len__(self) -> int:
        return len(self.y)

    def take(self, at: Tensor) -> Batch:
        """Return the rows with these numbers (B,) as a batch."""
        x = tuple(part.index_select(0, at) for part in self.x)
        group = None if self.group is None else self.group.index_select(0, at)
        seen = None if self.examination is None else self.examination.index_select(0, at)
        return Batch(x, self.y.index_select(0, at), self.weight.index_select(0, at), group, examination=seen)


def inputs(table: Table, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return numbers (n, p) float32 and codes (n, q) int64 on the device."""
    mask = table.categorical
    numbers = torch.from_numpy(np.ascontiguousarray(table.x[:, ~mask]))
    codes = torch.from_numpy(np.ascontiguousarray(table.x[:, mask], dtype=np.int64))
    return numbers.to(device), codes.to(device)


class RowOrder:
    """Stream of row numbers, drawn on the CPU: whole passes in random order, or by class probabilities.

    A pass continues from one epoch to the next, so the numbers of times that two rows are drawn differ by at most one.
    """

    def __init__(self, rows: DeviceRows, source: torch.Generator) -> None:
        self.rows, self.source = rows, source
        self.rest = torch.zeros(0, dtype=torch.int64)

    def drawn(self, n: int, classes: Tensor | None) -> Tensor:
        """Draw the next n row numbers, (n,); `classes` are probabilities (K,), or None for whole passes.

        Raises TrainingError where the probabilities are not finite or all 0.
        """
        return self._passes(n) if classes is None else self._by_class(n, classes)

    def _passes(self, n: int) -> Tensor:
        parts, have = [self.rest], len(self.rest)
        while have < n:
            parts.append(torch.randperm(len(self.rows), generator=self.source))
            have += len(self.rows)
        joined = torch.cat(parts)
        self.rest = joined[n:]
        return joined[:n].to(self.rows.y.device)

    def _by_class(self, n: int, classes: Tensor) -> Tensor:
        rows = self.rows
        chances = (classes * (rows.counts > 0)).cpu()
        if not (torch.isfinite(chances).all() and chances.sum() > 0):
            raise TrainingError(f"class probabilities to draw by must be finite and not all 0, got {classes.tolist()}")
        drawn = torch.multinomial(chances, n, True, generator=self.source).to(rows.y.device)
        place = torch.rand(n, generator=self.source, dtype=torch.float64).to(rows.y.device)
        return rows.by_class[rows.start[drawn] + (place * rows.counts[drawn]).long()]
