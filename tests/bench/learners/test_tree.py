import numpy as np
import pytest
import torch

from longtail.bench.learners.tree import Tree
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table


def fit(tree, weight):
    x = np.array([[0.0], [0], [1], [1], [1]], np.float32)
    rows = Table(x, np.array([0, 1, 1, 1, 0]), 2, (0,), np.array(weight, np.float32))
    model = tree.fit(rows, Task(Strategy(), rows, 0, 0, 5, torch.device("cpu")), Costs())
    return np.exp(model.scores(rows)[:, 1])


def test_leaves_hold_weighted_shares_by_hand():
    np.testing.assert_allclose(fit(Tree(depth=1, leaf=1), [1, 3, 1, 1, 2]), [0.75, 0.75, 0.5, 0.5, 0.5], atol=1e-5)


def test_leaf_forbids_smaller_ones():
    np.testing.assert_allclose(fit(Tree(leaf=3), [1, 1, 1, 1, 1]), 0.6, atol=1e-5)


@pytest.mark.parametrize("settings", [{"depth": -1}, {"leaf": 0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="depth must be 0 or more and leaf 1 or more"):
        Tree(**settings)
