"""Precision over recall, and observed over predicted share, of one cell, for drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.bench.evaluation.bands import BANDS
from longtail.bench.evaluation.evaluation import Settings, labels_of, natural_scores
from longtail.bench.evaluation.measures import Labels
from longtail.bench.evaluation.metrics import calibration, ranking
from longtail.bench.evaluation.metrics.labels import Doubles
from longtail.bench.records import Record
from longtail.bench.store import Store

POINTS = 200


@dataclass(frozen=True, eq=False)
class Curves:
    """Points by band, for bands that have classes.

    `precision_recall`: recall and precision (m,), m at most 200; `reliability`: predicted and observed share and rows
    (bins,). A band's classes are pooled, one against the rest; of two classes only the rarer (the tail) is there, since
    the other says the same.
    """

    precision_recall: dict[str, tuple[Doubles, Doubles]]
    reliability: dict[str, tuple[Doubles, Doubles, Doubles]]


def curves(store: Store, record: Record, settings: Settings | None = None) -> Curves:
    """The curves of a done cell, on test rows, scores under the natural prior."""
    cuts = (settings or Settings()).cuts
    labels = labels_of(store, record.truth, cuts)
    _, natural, _ = natural_scores(record, store.scores(record), labels.truth)
    return curves_of(labels, natural)


def curves_of(labels: Labels, natural: Doubles) -> Curves:
    """As `curves`, from log-probabilities (n, K)."""
    band = np.array(labels.bands)
    precision_recall, reliability = {}, {}
    for name in BANDS:
        inside = np.flatnonzero((band == name) & (labels.scored | labels.pooled))
        if not len(inside) or (len(band) == 2 and name != "tail"):
            continue
        precision_recall[name] = _thinned(natural[:, inside].ravel(), labels.weights[:, inside].ravel())
        reliability[name] = calibration.reliability(natural[:, inside], labels.weights[:, inside])
    return Curves(precision_recall, reliability)


def _thinned(score: Doubles, positive: Doubles) -> tuple[Doubles, Doubles]:
    """At most POINTS points, evenly spread over recall; the first and last are kept."""
    precision, recall = ranking.precision_recall(ranking.ranking(score), positive, np.ones(len(score)))
    if len(recall) > POINTS:
        wanted = np.linspace(recall[0], recall[-1], POINTS)
        kept = np.unique(np.minimum(np.searchsorted(recall, wanted), len(recall) - 1))
        precision, recall = precision[kept], recall[kept]
    return recall, precision
