"""Click model that corrections of position bias share: a row is clicked if it was looked at and liked."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from longtail.strategies.base import LackingError
from longtail.strategies.network import Batch, Losses
from longtail.strategies.table import Profile

Liking = Callable[[Batch], Tensor]
"""rows without partners -> an estimate of their being liked, (B,)"""


def why_no_clicks(name: str, profile: Profile) -> str | None:
    """Say in a sentence why rows of more than two classes are not clicks, or return None."""
    if profile.classes == 2:
        return None
    return f"{name} needs clicks, which have two classes, and there are {profile.classes}"


def examination(batch: Batch) -> Tensor:
    """Return the chance that a row was looked at, (B,).

    Raises LackingError where a row has no such chance.
    """
    if batch.examination is None:
        raise LackingError("the examination of every row is needed, and synthetic rows have none")
    return batch.examination


def weighted_click(batch: Batch, floor: float) -> Tensor:
    """Return 1 / max(examination, floor) where a row was clicked, else 0, (B,)."""
    return batch.y / examination(batch).clamp_min(floor)


def as_liked(logits: Tensor, batch: Batch, liked: Liking, losses: Losses) -> Tensor:
    """Return the losses (B,) of rows that count `liked` for class 1 and the rest for class 0; labels may be shared."""

    def terms(rows: Batch) -> Tensor:
        rows = rows._replace(other=None, blend=None, share=None)
        part = liked(rows)
        click, none = (losses(logits, rows._replace(y=y)) for y in (torch.ones_like(rows.y), torch.zeros_like(rows.y)))
        return part * click + (1 - part) * none

    if batch.other is None or batch.share is None:
        return terms(batch)
    return batch.share * terms(batch) + (1 - batch.share) * terms(batch.other)
