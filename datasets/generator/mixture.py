"""Classes under a mixture of hidden user types: P(y | row) summed over types, and for a known type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes

TAME = -80.0
"""log-odds between classes down to which single precision needs no special care"""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Terms `logs` (types, K) that intercept and taste add to the log-odds of a row's signals, at most about 0."""

    logs: Doubles

    @cached_property
    def tilt(self) -> Floats:
        """Return the factors by which they multiply the odds, (types, K)."""
        return np.asarray(np.exp(self.logs), np.float32)

    def visible(self, logits: Floats, chances: Floats) -> Floats:
        """Return P(y | row) (n, K) for the signals' log-odds (n, K) and the types' chances (n, types)."""
        if self.logs.min() < TAME:
            return self._carefully(logits, chances)
        odds = _odds(logits)
        return np.asarray(odds * ((chances / (odds @ self.tilt.T)) @ self.tilt), np.float32)

    def both(self, logits: Floats, chances: Floats, types: Codes) -> tuple[Floats, Floats]:
        """Return P(y | row) and P(y | row, type), each (n, K), for the type of each row in `types` (n,)."""
        if self.logs.min() < TAME:
            return self._carefully(logits, chances), _softmax(logits + self.logs[types].astype(np.float32))
        odds = _odds(logits)
        total = odds @ self.tilt.T
        visible = np.asarray(odds * ((chances / total) @ self.tilt), np.float32)
        odds *= self.tilt[types]
        odds /= np.take_along_axis(total, types[:, None].astype(np.int64), 1)
        return visible, odds

    def _carefully(self, logits: Floats, chances: Floats) -> Floats:
        # a class may be impossible for one type and certain for another: each type has its own largest log-odds
        total = np.zeros_like(logits)
        for kind, logs in enumerate(self.logs.astype(np.float32)):
            total += chances[:, kind, None] * _softmax(logits + logs)
        return total


def _odds(logits: Floats) -> Floats:
    # the largest logit of a row is subtracted, so that no exponential overflows; the logits are not used again
    logits -= logits.max(1, keepdims=True)
    return np.asarray(np.exp(logits, out=logits), np.float32)


def _softmax(logits: Floats) -> Floats:
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True), np.float32)
