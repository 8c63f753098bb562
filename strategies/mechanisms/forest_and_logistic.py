"""Forest and logistic regression, which voting and stacking combine: two different, fast classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from longtail.strategies.table import Table


def forest_and_logistic(table: Table, trees: int, C: float, rng: np.random.Generator) -> list[tuple[str, Any]]:
    """Return a random forest over numbers and codes and a logistic regression over numbers and indicators, with names.

    Leaves have 5 rows, as in the learner forest. Weights reach both classifiers if metadata routing is on.
    """
    forest = RandomForestClassifier(trees, min_samples_leaf=5, random_state=int(rng.integers(2**31)))
    forest.set_fit_request(sample_weight=True)
    one_hot = OneHotEncoder(handle_unknown="ignore", dtype=np.float64)
    wide = make_column_transformer((one_hot, np.flatnonzero(table.categorical)), remainder="passthrough")
    return [("forest", forest), ("logistic", make_pipeline(wide, logistic(C)))]


def logistic(C: float = 1.0) -> Any:
    """Return a logistic regression that takes weights."""
    return LogisticRegression(C=C, max_iter=1000).set_fit_request(sample_weight=True)
