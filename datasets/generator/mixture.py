"""Classes under a mixture of hidden user types: P(y | row) where the type is summed out, and where it is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes

TAME = -80.0
"""log-odds between classes that single precision holds without care"""


@dataclass(frozen=True, eq=False)
class Mixture:
    """`logs` (types, K) is what intercept and taste add to the log-odds that a row's signals give, at most about 0."""

    logs: Doubles

    @cached_property
    def tilt(self) -> Floats:
        """What they multiply the odds by, (types, K)."""
        return np.asarray(np.exp(self.logs), np.float32)

    def visible(self, logits: Floats, chances: Floats) -> Floats:
        """P(y | row) (n, K) for the signals' log-odds (n, K) and the types' chances (n, types)."""
        if self.logs.min() < TAME:
            return self._carefully(logits, chances)
        odds = _odds(logits)
        return np.asarray(odds * ((chances / (odds @ self.tilt.T)) @ self.tilt), np.float32)

    def both(self, logits: Floats, chances: Floats, types: Codes) -> tuple[Floats, Floats]:
        """P(y | row) and P(y | row, type) for each row's own of `types` (n,), each (n, K)."""
        if self.logs.min() < TAME:
            return self._carefully(logits, chances), _softmax(logits + self.logs[types].astype(np.float32))
        odds = _odds(logits)
        total = odds @ self.tilt.T
        visible = np.asarray(odds * ((chances / total) @ self.tilt), np.float32)
        odds *= self.tilt[types]
        odds /= np.take_along_axis(total, types[:, None].astype(np.int64), 1)
        return visible, odds

    def _carefully(self, logits: Floats, chances: Floats) -> Floats:
        # a class may be out of reach for one type and certain for another: each type has its own largest log-odds
        total = np.zeros_like(logits)
        for kind, logs in enumerate(self.logs.astype(np.float32)):
            total += chances[:, kind, None] * _softmax(logits + logs)
        return total


def _odds(logits: Floats) -> Floats:
    # the largest logit of a row is taken out, so that no exponential overflows; the logits aren't needed any more
    logits -= logits.max(1, keepdims=True)
    return np.asarray(np.exp(logits, out=logits), np.float32)


def _softmax(logits: Floats) -> Floats:
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True), np.float32)
