"""One thread per fit, as in cells: sums are rounded in the same way, so a user's fit gives the measured scores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit torch, BLAS and OpenMP to one thread, and restore the previous limits afterwards."""
    before = torch.get_num_threads()
    if before != 1:
        torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        if before != 1:
            torch.set_num_threads(before)
