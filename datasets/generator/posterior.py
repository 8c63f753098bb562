"""Posteriors computed on demand, for so many classes that they are not kept for all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.label_noise import as_recorded
from longtail.datasets.generator.law import SLICE, Law
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.rows import Drawn
from longtail.datasets.generator.threads import one_thread


@dataclass(frozen=True, eq=False)
class OnDemand:
    """P(class | row) (n, K) like an array, in single precision, computed for the requested rows.

    `noisy` (n,) is a mask of the rows with probabilities of recorded labels. The values of a row do not depend on which
    other rows are requested.
    """

    law: Law
    drawn: Drawn
    noisy: NDArray[np.bool_]
    full: bool = False
    """given everything, not only what a model sees"""
    frozen: bool = False
    """as if drift had stopped with the last training day"""

    def __len__(self) -> int:
        return len(self.drawn)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.drawn), len(self.law.intercepts)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def __getitem__(self, rows: Any) -> Floats:
        """Return rows by number, slice or mask, (rows, K); for one row (K,)."""
        at = np.arange(len(self))[rows]
        if at.ndim == 0:
            return np.asarray(self[[int(at)]][0], np.float32)
        found = np.empty((len(at), self.shape[1]), np.float32)
        for part in np.unique(at // SLICE):
            wanted = np.flatnonzero(at // SLICE == part)
            found[wanted] = self._slice(part * SLICE)[at[wanted] - part * SLICE]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # always a new array
        return self[:].astype(dtype or self.dtype, copy=False)

    def _slice(self, start: int) -> Floats:
        at = slice(start, start + SLICE)
        drawn, spec = self.drawn.cut(at), self.law.world.spec
        with one_thread():
            course = self.law.world.frozen if self.frozen else None
            posterior = self.law.posteriors(drawn)[1] if self.full else self.law.visible(drawn, course)
        if spec.label_noise and self.noisy[at].any():
            posterior = as_recorded(spec, posterior, self.noisy[at])
        return np.asarray(posterior / posterior.sum(1, keepdims=True), np.float32)
