"""Exchange of cells between rows of a batch."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.network import Batch, Rng

ORDERS = 32
"""random column orders per batch, which its rows use in turn; one per row would take a third of a step's time"""


def width(batch: Batch) -> int:
    """Return the number of columns of a batch, numbers and codes."""
    return sum(part.shape[1] for part in batch.x)


def parted(cells: Tensor, batch: Batch) -> list[tuple[Tensor, Tensor]]:
    """Split values of cells (B, d) by the parts of the batch, and return each beside its part; empty parts too."""
    ends = list(accumulate(part.shape[1] for part in batch.x))
    return [(cells[:, end - part.shape[1] : end], part) for part, end in zip(batch.x, ends, strict=True)]


def rolled(batch: Batch) -> Batch:
    """Return for each row the previous row of the batch, which is a random row, as batches are in random order."""
    own = batch._replace(other=None, blend=None, share=None)._asdict().items()
    turned: dict[str, Any] = {name: field.roll(1, 0) for name, field in own if isinstance(field, Tensor)}
    return Batch(x=tuple(part.roll(1, 0) for part in batch.x), **turned)


def exchanged(batch: Batch, other: Batch, taken: Tensor) -> tuple[Tensor, ...]:
    """Return the features of the batch with the partner's cell where `taken` (B, d) is true."""
    return tuple(torch.where(m, a, b) for (m, b), a in zip(parted(taken, batch), other.x, strict=True))


def gathered(batch: Batch, rows: Tensor) -> Batch:
    """Return the batch with every cell taken from the row that `rows` (B, d) names for it."""
    return batch._replace(x=tuple(torch.gather(part, 0, at) for at, part in parted(rows, batch)))


def shuffled(batch: Batch, rng: Rng) -> Batch:
    """Return the batch with every cell drawn from its column independently: rows of the marginals.

    Each column is shifted by its own random number of rows, so that a row's cells come from different rows.
    """
    n = len(batch.y)
    rows = torch.arange(n, device=batch.y.device)[:, None] + (rng.uniform(width(batch)) * n).long()
    # the first row follows the last; a modulo of every index would double the time
    return gathered(batch._replace(x=tuple(torch.cat([part, part]) for part in batch.x)), rows)


def picked(batch: Batch, many: Tensor, rng: Rng) -> Tensor:
    """Draw a bool mask (B, d) of `many` (B,) random columns per row.

    All sets of columns of one size are equally likely for a row. Rows that share an order are random, as batches are in
    random order.
    """
    kinds = min(len(many), ORDERS)
    # ranks would need a second sort and are no better: the inverse of a random order is a random order too
    orders = rng.uniform(kinds, width(batch)).argsort(1)
    spare = -len(many) % kinds
    turns = (F.pad(many, (0, spare)) if spare else many).reshape(-1, kinds, 1)
    return (orders < turns).flatten(0, 1)[: len(many)]
