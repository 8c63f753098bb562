"""A cell's test scores as metrics see them: under each prior, decided by each rule; each part is computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics import decisions, losses, ranking
from longtail.bench.evaluation.metrics.weights import Doubles, Ints
from longtail.bench.priors import to_prior


@dataclass(frozen=True, eq=False)
class Judgement:
    """Scores and decisions of one cell beside the labels; what a metric of the catalogue is a function of.

    Log-probabilities (n, K) as given (`raw`), under the natural and under the balanced prior; and confusion matrices
    (K, K), rows true classes, by decision rule: the `shared` one, argmax under the balanced prior (`even`), and the
    strategy's `own`.
    """

    labels: Labels
    raw: Doubles
    natural: Doubles
    balanced: Doubles
    shared: Doubles
    even: Doubles
    own: Doubles

    @staticmethod
    def of(labels: Labels, raw: Doubles, natural: Doubles, prior: Doubles, shared: Ints, own: Ints) -> Judgement:
        """Judge scores (n, K); `prior` (K,) is that of the natural ones, `shared` and `own` are decisions (n,)."""
        even = to_prior(natural, prior, np.full(len(prior), 1 / len(prior)))
        tables = (decisions.confusion(labels.weights, chosen) for chosen in (shared, even.argmax(axis=1), own))
        return Judgement(labels, raw, natural, even, *tables)

    @cached_property
    def ap(self) -> Doubles:
        """Average precision of each class under the natural prior, (K,)."""
        return self._ranked[0]

    @cached_property
    def auc(self) -> Doubles:
        """ROC AUC of each class against the rest, (K,)."""
        return self._ranked[1]

    @cached_property
    def log_loss(self) -> float:
        """Mean negative log-probability of the label, in nats."""
        return losses.log_loss(self.natural, self.labels.weights)

    @cached_property
    def predicted(self) -> Doubles:
        """Rows predicted for each class: the sum of its probabilities, (K,)."""
        return np.asarray(np.exp(self.natural).sum(axis=0), np.float64)

    @cached_property
    def observed(self) -> Doubles:
        """Rows of each class, (K,)."""
        return np.asarray(self.labels.weights.sum(axis=0), np.float64)

    @cached_property
    def even_recalls(self) -> Doubles:
        """Recall of each class where decisions weigh classes equally, (K,)."""
        return decisions.recalls(self.even)

    @cached_property
    def own_recalls(self) -> Doubles:
        """Recall of each class by the strategy's own decisions, (K,)."""
        return decisions.recalls(self.own)

    @cached_property
    def _ranked(self) -> tuple[Doubles, Doubles]:
        return ranking.both(self.natural, self.labels.weights)
