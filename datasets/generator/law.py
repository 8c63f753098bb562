"""P(y | x): exact, given what a model sees and given everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.generator.numbers import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes, Drawn
from longtail.datasets.generator.world import World


@dataclass(frozen=True, eq=False)
class Law:
    """How strongly the signals count (`scale`) and the `intercepts` (K,), for clicks (1,), that give the priors."""

    world: World
    scale: float
    intercepts: Doubles

    def scores(self, drawn: Drawn) -> Floats:
        """Visible log-odds before scale and intercept, (n, K), for clicks (n, 1)."""
        return np.asarray(drawn.signals @ self.world.weights, np.float32)

    def posteriors(self, drawn: Drawn) -> tuple[Floats, Floats]:
        """P(y | visible) and P(y | everything), each (n, K); for clicks P(click | .), each (n, 1)."""
        if self.world.spec.binary:
            return self._clicks(drawn)
        odds, tilt = self._odds(self.scores(drawn)), self._tilt()
        total = odds @ tilt.T
        visible = np.asarray(odds * ((drawn.chances / total) @ tilt), np.float32)
        odds *= tilt[drawn.types]
        odds /= np.take_along_axis(total, drawn.types[:, None].astype(np.int64), 1)
        return visible, odds

    def visible(self, scores: Floats, chances: Floats) -> Floats:
        """P(y | visible) (n, K) of a category world, from `scores`; types are summed out."""
        odds, tilt = self._odds(scores), self._tilt()
        return np.asarray(odds * ((chances / (odds @ tilt.T)) @ tilt), np.float32)

    def clicked(self, scores: Floats, drawn: Drawn) -> Floats:
        """P(click | visible, type) (n, types) of a click world."""
        taste = self.world.taste[:, drawn.codes["category"]].T * np.float32(self.world.spec.heterogeneity)
        logits = np.float32(self.scale) * (scores + taste) + np.float32(self.intercepts[0])
        # below e^-80 a chance is nothing, and its inverse no number of single precision
        return np.asarray(drawn.examined[:, None] / (1 + np.exp(-np.maximum(logits, np.float32(-80)))), np.float32)

    def _clicks(self, drawn: Drawn) -> tuple[Floats, Floats]:
        by_type = self.clicked(self.scores(drawn), drawn)
        visible = (by_type * drawn.chances).sum(1, keepdims=True)
        return visible, np.take_along_axis(by_type, drawn.types[:, None].astype(np.int64), 1)

    def _odds(self, scores: Floats) -> Floats:
        # the largest logit of a row is taken out, so that no exponential overflows
        logits = scores * np.float32(self.scale)
        logits -= logits.max(1, keepdims=True)
        return np.asarray(np.exp(logits, out=logits), np.float32)

    def _tilt(self) -> Floats:
        """What intercept and taste multiply the odds by, (types, K)."""
        taste = self.scale * self.world.spec.heterogeneity * self.world.taste.astype(np.float64)
        return np.asarray(np.exp(taste + self.intercepts - self.intercepts.max()), np.float32)


def labels(full: Floats, uniform: Doubles) -> Codes:
    """Classes (n,) drawn from P(y | everything) by one uniform number each; for clicks from P(click), (n, 1)."""
    if full.shape[1] == 1:
        return (uniform < full[:, 0]).astype(np.int32)
    reached = np.cumsum(full, axis=1)
    below: NDArray[np.bool_] = reached > (uniform.astype(np.float32) * reached[:, -1])[:, None]
    return np.asarray(below.argmax(1), np.int32)
