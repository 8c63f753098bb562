import numpy as np
import pytest
from imblearn.metrics import geometric_mean_score
from sklearn import metrics

from longtail.bench.evaluation.metrics.decisions import (
    accuracy,
    confusion,
    f1_scores,
    g_mean,
    matthews,
    precisions,
    recalls,
)
from longtail.bench.evaluation.metrics.weights import one_hot


@pytest.mark.parametrize("classes", [2, 5])
def test_equal_sklearn_with_hard_labels(classes):
    rng = np.random.default_rng(classes)
    y = rng.integers(0, classes, 300)
    decided = np.where(rng.random(300) < 0.5, y, rng.integers(0, classes, 300))
    table = confusion(one_hot(y, classes), decided)
    np.testing.assert_allclose(table, metrics.confusion_matrix(y, decided))
    np.testing.assert_allclose(recalls(table), metrics.recall_score(y, decided, average=None))
    np.testing.assert_allclose(precisions(table), metrics.precision_score(y, decided, average=None))
    assert f1_scores(table).mean() == pytest.approx(metrics.f1_score(y, decided, average="macro"))
    assert recalls(table).mean() == pytest.approx(metrics.balanced_accuracy_score(y, decided))
    assert g_mean(recalls(table)) == pytest.approx(geometric_mean_score(y, decided))
    assert matthews(table) == pytest.approx(metrics.matthews_corrcoef(y, decided))
    assert accuracy(table) == pytest.approx(metrics.accuracy_score(y, decided))


def test_posterior_weights_worked_by_hand():
    table = confusion(np.array([[0.9, 0.1], [0.4, 0.6]]), np.array([0, 1]))
    np.testing.assert_allclose(table, [[0.9, 0.4], [0.1, 0.6]])
    np.testing.assert_allclose(recalls(table), [9 / 13, 6 / 7])
    np.testing.assert_allclose(f1_scores(table), [1.8 / 2.3, 1.2 / 1.7])


def test_a_class_that_is_never_decided_scores_zero_and_one_without_rows_is_unknown():
    table = confusion(one_hot([0, 0, 1], 3), np.array([0, 0, 0]))
    np.testing.assert_allclose(f1_scores(table)[:2], [0.8, 0.0])
    assert np.isnan(f1_scores(table)[2])
    assert np.isnan(recalls(table)[2])
    assert precisions(table).tolist() == [2 / 3, 0, 0]
    assert g_mean(recalls(table)[:2]) == 0
    assert matthews(table) == 0
