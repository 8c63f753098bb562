"""A cell's test scores under each prior and decisions by each rule, as input of the metrics; computed once each."""

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
    """Scores and decisions of one cell with the labels: the argument of every metric in the catalogue.

    Log-probabilities (n, K): as the strategy returns them (`raw`), under the `natural` and under the `balanced` prior.
    Confusion matrices (K, K), rows are true classes: by the `shared` decision rule, by argmax under the balanced prior
    (`even`), and by the strategy's `own` decisions.
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
        """Judge scores (n, K); `prior` (K,) belongs to `natural`; `shared` and `own` are decisions (n,)."""
        even = to_prior(natural, prior, np.full(len(prior), 1 / len(prior)))
        tables = (decisions.confusion(labels.weights, chosen) for chosen in (shared, even.argmax(axis=1), own))
        return Judgement(labels, raw, natural, even, *tables)

    @cached_property
    def ap(self) -> Doubles:
        """Return the average precision of each class under the natural prior, (K,)."""
        return self._ranked[0]

    @cached_property
    def auc(self) -> Doubles:
        """Return the ROC AUC of each class against the rest, (K,)."""
        return self._ranked[1]

    @cached_property
    def log_loss(self) -> float:
        """Return the mean negative log-probability of the label, in nats."""
        return losses.log_loss(self.natural, self.labels.weights)

    @cached_property
    def predicted(self) -> Doubles:
        """Return the rows predicted for each class: the sum of its probabilities, (K,)."""
        return np.asarray(np.exp(self.natural).sum(axis=0), np.float64)

    @cached_property
    def observed(self) -> Doubles:
        """Return the number of rows of each class, (K,)."""
        return np.asarray(self.labels.weights.sum(axis=0), np.float64)

    @cached_property
    def even_recalls(self) -> Doubles:
        """Return the recall of each class by argmax under the balanced prior, (K,)."""
        return decisions.recalls(self.even)

    @cached_property
    def own_recalls(self) -> Doubles:
        """Return the recall of each class by the strategy's own decisions, (K,)."""
        return decisions.recalls(self.own)

    @cached_property
    def _ranked(self) -> tuple[Doubles, Doubles]:
        return ranking.both(self.natural, self.labels.weights)
