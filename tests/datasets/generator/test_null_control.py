"""A world in which nothing helps: the suite must be able to say so."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from longtail.datasets.generator.bounds import macro
from longtail.datasets.generator.source import GeneratedCategories


class Linear(GeneratedCategories):
    name = "linear"


PLAIN = {"heterogeneity": 0.0, "interactions": 0.0, "wide": 0.0, "margins": "normal"}
SIZE = {"rows": 40_000, "classes": 10, "imbalance_ratio": 20.0, "bayes_ap": 0.53, "zipf": None}


def gap(**knobs) -> float:
    """How far logistic regression on numbers and narrow categories stays below the limit, in macro AP."""
    data = Linear(**(SIZE | knobs)).load(np.random.SeedSequence(1))
    numbers = data.X.select_dtypes("float32").columns
    narrow = ["device", "channel", "region", "segment", "hour", "weekday"]
    encoder = ColumnTransformer([("n", StandardScaler(), numbers), ("c", OneHotEncoder(), narrow)])
    train, test = data.X[:40_000], data.X[40_000:]
    model = LogisticRegression(C=0.1, max_iter=300).fit(encoder.fit_transform(train), data.y[:40_000])
    posterior = data.posterior[40_000:]
    scores = model.predict_proba(encoder.transform(test))
    return macro("average_precision", posterior) - expected_ap(scores, posterior)


def expected_ap(scores: np.ndarray, posterior: np.ndarray) -> float:
    """Macro AP of scores when every row counts by its posterior, from the definition: precision at each hit."""
    found = []
    for score, p in zip(scores.T, posterior.T, strict=True):
        ranked = p[np.argsort(-score)]
        precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
        found.append((precision * ranked).sum() / ranked.sum())
    return float(np.mean(found))


def test_logistic_regression_is_at_the_limit():
    assert 0 <= gap(**PLAIN) < 0.01


@pytest.mark.parametrize(
    "factor", [{"interactions": 0.3}, {"wide": 0.3}, {"margins": "shop"}], ids=lambda factor: next(iter(factor))
)
def test_each_of_the_factors_left_out_would_have_kept_it_below(factor):
    assert gap(**(PLAIN | factor)) > 0.02
