"""What sharpness-aware steps share: the climb to the worst point nearby, and classes that say nothing, as a control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.func import vjp

from longtail.strategies.network import Batch, Moment, Params


def pulled(rows: Callable[[Params], Tensor], params: Params) -> tuple[Tensor, Callable[[Tensor], Params]]:
    """Terms (B,) at these parameters, and what gives the gradient of their sum weighed by factors (B,)."""
    found: Any = vjp(rows, params)
    terms, pull = found
    return terms, lambda factors: pull(factors)[0]


def climbed(params: Params, slope: Params, rho: float) -> dict[str, Tensor]:
    """Parameters moved by `rho` along a gradient: where, to first order, the loss is largest within that distance."""
    length = torch.stack([part.square().sum() for part in slope.values()]).sum().sqrt()
    # at a gradient of zero there is nowhere to climb
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
    """The gradient of terms weighed by `plain` (B,) here and by `sharp` (B,) at the worst point nearby for these."""
    used = at.rng.used
    here = pull(plain)
    _, there = pulled(rows, climbed(params, pull(sharp), rho))
    above = there(sharp)
    at.rng.used = used  # `rows` starts again from the step's first number: what was drawn since stays drawn
    return {name: here[name] + above[name] for name in params}


def classes_of(batch: Batch, at: Moment, blind: bool) -> Tensor:
    """The classes of rows (B,), or dealt to the batch's rows at random: as many of each, of no meaning."""
    return batch.y[torch.argsort(at.rng.uniform(len(batch.y)))] if blind else batch.y
