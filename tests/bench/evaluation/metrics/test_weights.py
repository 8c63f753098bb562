import numpy as np

from longtail.bench.evaluation.metrics.weights import balanced, one_hot


def test_balanced_weights_sum_alike_and_keep_the_total():
    weights = balanced(np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]))
    np.testing.assert_allclose(weights.sum(axis=0), [1.5, 1.5])
    np.testing.assert_allclose(weights[:, 1], np.array([0.1, 0.2, 0.3]) * 1.5 / 0.6)


def test_a_class_without_rows_stays_without():
    assert balanced(one_hot([0, 1], 3)).sum(axis=0)[2] == 0
