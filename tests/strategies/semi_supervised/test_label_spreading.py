from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.semi_supervised import LabelSpreading as Library

from longtail.bench.training.neighbours import NeighbourProvider
from longtail.strategies.base import Resources
from longtail.strategies.semi_supervised.label_spreading import LabelSpreading


@pytest.mark.parametrize("resources", [Resources(), Resources(neighbors=NeighbourProvider(torch.device("cpu")))])
def test_the_labels_are_the_librarys(make_table, resources):
    table, more = make_table((40, 25, 9), (0, 0, 4), 1), make_table((30, 20, 10), (0, 0, 4), 2)
    table = replace(table, unlabelled=replace(more, y=np.zeros(60, np.int64)))
    rows = LabelSpreading().resample(table, np.random.default_rng(0), resources)
    library = Library(kernel="knn", n_neighbors=7, alpha=0.2, max_iter=100)
    library.fit(np.concatenate([table.one_hot(), more.one_hot()]), np.concatenate([table.y, np.full(60, -1)]))
    assert np.array_equal(rows.y[74:], library.transduction_[74:])
    assert np.array_equal(rows.x[74:], more.x)
    assert (rows.y[74:] == more.y).mean() > 0.6


def test_rows_that_no_label_reaches_are_left_out(make_table):
    table = make_table((20, 20), (0, 0))
    near, far = table.x[:4] + np.float32(0.01), np.full((9, 2), 1e4, np.float32)
    far += np.random.default_rng(0).normal(size=far.shape).astype(np.float32)
    rows = np.concatenate([near, far])
    table = replace(table, unlabelled=table.drawn(rows, np.zeros(13, np.int64)))
    found = LabelSpreading(neighbors=3).resample(table, np.random.default_rng(0), Resources())
    assert len(found) == 44
