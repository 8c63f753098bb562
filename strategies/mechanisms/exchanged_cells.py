"""Cells of rows that are exchanged for those of other rows."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.network import Batch, Rng

ORDERS = 32
"""random orders of columns in a batch, which its rows have in turn; one for each row takes a third of a step's time"""


def width(batch: Batch) -> int:
    """Columns of a batch, numbers and codes."""
    return sum(part.shape[1] for part in batch.x)


def parted(cells: Tensor, batch: Batch) -> list[tuple[Tensor, Tensor]]:
    """What is said of each cell (B, d), beside the part of the batch that it is said of; parts without columns too."""
    ends = list(accumulate(part.shape[1] for part in batch.x))
    return [(cells[:, end - part.shape[1] : end], part) for part, end in zip(batch.x, ends, strict=True)]


def rolled(batch: Batch) -> Batch:
    """For each row the one before it in the batch: rows of a batch lie in random order, so this is any other row."""
    own = batch._replace(other=None, blend=None, share=None)._asdict().items()
    turned: dict[str, Any] = {name: field.roll(1, 0) for name, field in own if isinstance(field, Tensor)}
    return Batch(x=tuple(part.roll(1, 0) for part in batch.x), **turned)


def exchanged(batch: Batch, other: Batch, taken: Tensor) -> tuple[Tensor, ...]:
    """Features of the batch with the partner's cell where `taken` (B, d) is true."""
    return tuple(torch.where(m, a, b) for (m, b), a in zip(parted(taken, batch), other.x, strict=True))


def gathered(batch: Batch, rows: Tensor) -> Batch:
    """The batch with every cell from the row (B, d) that is named for it."""
    return batch._replace(x=tuple(torch.gather(part, 0, at) for at, part in parted(rows, batch)))


def shuffled(batch: Batch, rng: Rng) -> Batch:
    """The batch with every cell drawn from its column, each by itself: rows of the marginals.

    Each column is moved on by a number of rows of its own, so that a row's cells come from independent rows.
    """
    n = len(batch.y)
    rows = torch.arange(n, device=batch.y.device)[:, None] + (rng.uniform(width(batch)) * n).long()
    # after the last row the first; a remainder of each number takes as long as the rest
    return gathered(batch._replace(x=tuple(torch.cat([part, part]) for part in batch.x)), rows)


def picked(batch: Batch, many: Tensor, rng: Rng) -> Tensor:
    """Which cells are among the `many` (B,) random columns of their row, (B, d) bool.

    For each row all sets of columns of that size are alike. Which rows have an order in common is random, since rows
    lie in random order.
    """
    kinds = min(len(many), ORDERS)
    # to rank the numbers would take a second sort, and say no more: the inverse of a random order is one too
    orders = rng.uniform(kinds, width(batch)).argsort(1)
    spare = -len(many) % kinds
    turns = (F.pad(many, (0, spare)) if spare else many).reshape(-1, kinds, 1)
    return (orders < turns).flatten(0, 1)[: len(many)]
