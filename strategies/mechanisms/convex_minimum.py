"""Minimum of a smooth convex loss of a few coefficients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from longtail.strategies.table import Doubles


def minimum(
    loss: Callable[[Doubles], tuple[float, Doubles]],
    start: Doubles,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> Doubles:
    """Return the coefficients of least loss; `loss` returns its value and slope, `bounds` limit each coefficient."""
    options: Any = {"ftol": 1e-15, "gtol": 1e-8, "maxiter": 5000, "maxfun": 50000}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return np.asarray(found.x, np.float64)
