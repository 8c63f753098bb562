"""Sharpness-aware steps: the climb to the worst point nearby, and randomly dealt classes as a control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.func import vjp

from longtail.strategies.network import Batch, Moment, Params


def pulled(rows: Callable[[Params], Tensor], params: Params) -> tuple[Tensor, Callable[[Tensor], Params]]:
    """Return the terms (B,) at these parameters, and a map from factors (B,) to the gradient of their weighted sum."""
    found: Any = vjp(rows, params)
    terms, pull = found
    return terms, lambda factors: pull(factors)[0]


def climbed(params: Params, slope: Params, rho: float) -> dict[str, Tensor]:
    """Return parameters moved by `rho` along a gradient, to where the loss is largest nearby, to first order."""
    length = torch.stack([part.square().sum() for part in slope.values()]).sum().sqrt()
    # a gradient of zero gives no direction, and parameters stay
    return {name: p + rho * slope[name] / length.clamp_min(1e-12) for name, p in params.items()}


def sharpened(
    rows: Callable[[Params], Tensor],
    pull: Callable[[Tensor], Params],
    params: Params,
    plain: Tensor,
    sharp: Tensor,
    rho: float,
    at: Moment,
) -> Params:
    """Return the gradient of terms weighed by `plain` (B,) here, plus by `sharp` (B,) at their worst point nearby."""
    used = at.rng.used
    here = pull(plain)
    _, there = pulled(rows, climbed(params, pull(sharp), rho))
    above = there(sharp)
    at.rng.used = used  # `rows` restarts from the step's first number, so numbers drawn since must stay used
    return {name: here[name] + above[name] for name in params}


def classes_of(batch: Batch, at: Moment, blind: bool) -> Tensor:
    """Return the classes of rows (B,); with `blind`, dealt to the rows of the batch at random."""
    return batch.y[torch.argsort(at.rng.uniform(len(batch.y)))] if blind else batch.y
