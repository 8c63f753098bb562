"""Exact inference of the hidden types of users from their labelled rows: Bayes' rule over finitely many types.

A model that sees the name of a user can learn the user's type from the user's earlier rows. For a model that learns
from these rows the limit is therefore P(y | visible columns, labels of the user's rows), not P(y | visible columns).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from longtail.datasets.generator.label_noise import as_recorded
from longtail.datasets.generator.law import Law
from longtail.datasets.generator.numeric_columns import Floats
from longtail.datasets.generator.popularity import Doubles
from longtail.datasets.generator.rows import Codes, Drawn
from longtail.datasets.generator.streams import BLOCK

LEAST = 1e-30
"""probability that stands for zero in a likelihood"""


def informed(law: Law, drawn: Drawn, learned: Drawn, y: Codes) -> Drawn:
    """Return rows with P(type | visible columns, labels of the user's rows among `learned`) as their `chances`.

    `y` (m,) are the labels of `learned` (m rows) as they are recorded, which must be training rows. A user without such
    a row keeps what the visible columns say.
    """
    if not len(learned):
        return drawn
    users, place = np.unique(learned.users, return_inverse=True)
    told = np.zeros((len(users), learned.chances.shape[1]))
    np.add.at(told, place, label_likelihoods(law, learned, y))
    at = np.minimum(np.searchsorted(users, drawn.users), len(users) - 1)
    known = users[at] == drawn.users
    logs = np.log(np.maximum(drawn.chances.astype(np.float64), LEAST)) + np.where(known[:, None], told[at], 0.0)
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return replace(drawn, chances=(odds / odds.sum(axis=1, keepdims=True)).astype(np.float32))


def label_likelihoods(law: Law, learned: Drawn, y: Codes) -> Doubles:
    """Return log P(recorded label | row, type) of training rows under each type, (m, types)."""
    parts = [slice(start, start + BLOCK) for start in range(0, len(learned), BLOCK)]
    return np.concatenate([_likelihoods(law, learned.cut(part), y[part]) for part in parts])


def _likelihoods(law: Law, rows: Drawn, y: Codes) -> Doubles:
    found = np.empty(rows.chances.shape, np.float64)
    for kind in range(rows.chances.shape[1]):
        certain = np.zeros_like(rows.chances)
        certain[:, kind] = 1
        posterior = law.visible(replace(rows, chances=certain))
        if law.world.spec.label_noise:
            posterior = as_recorded(law.world.spec, posterior, np.ones(len(rows), np.bool_))
        found[:, kind] = _of_labels(posterior, y)
    return np.log(np.maximum(found, LEAST))


def _of_labels(posterior: Floats, y: Codes) -> Doubles:
    """Return the probability of each row's label, from P(y) (n, K) or P(click) (n, 1)."""
    if posterior.shape[1] == 1:
        chance = posterior[:, 0].astype(np.float64)
        return np.where(y == 1, chance, 1 - chance)
    whole = posterior.astype(np.float64)
    return np.asarray(np.take_along_axis(whole, y[:, None].astype(np.int64), 1)[:, 0] / whole.sum(1), np.float64)
