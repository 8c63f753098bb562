"""Limits from the posterior alone."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from longtail.datasets.generator.bounds import average_precision, macro, roc_auc


def test_they_agree_with_sklearn_on_rows_that_count_as_both_classes():
    p = np.random.default_rng(0).beta(0.5, 5, 300)
    y = np.repeat([1, 0], 300)
    weight, score = np.concatenate([p, 1 - p]), np.concatenate([p, p])
    assert average_precision(p) == pytest.approx(average_precision_score(y, score, sample_weight=weight))
    assert roc_auc(p) == pytest.approx(roc_auc_score(y, score, sample_weight=weight))


def test_average_precision_by_hand():
    # ranks 1 and 2: (.5 * .5 / 1 + .25 * .75 / 2) / .75
    assert average_precision(np.array([0.25, 0.5])) == pytest.approx((0.25 + 0.09375) / 0.75)


def test_macro_is_the_mean_over_classes():
    p = np.array([[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]])
    assert macro("average_precision", p) == pytest.approx((average_precision(p[:, 0]) + average_precision(p[:, 1])) / 2)
