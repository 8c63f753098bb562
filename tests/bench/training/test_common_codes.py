import pickle
from dataclasses import replace

import numpy as np
import torch

from longtail.bench.learners.mlp import Mlp
from longtail.bench.training.common_codes import CommonCodes
from longtail.bench.training.fitting import fit_tables
from longtail.strategies.base import Strategy
from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.table import Table

CPU = torch.device("cpu")


class Repeats(Strategy):
    """The last ten of 2,000 rows fifty times more."""

    name = "repeats"

    def resample(self, given, rng, resources):
        return given.take(np.concatenate([np.arange(2000), np.repeat(np.arange(1990, 2000), 50)]))


def table(codes, cardinality=6):
    x = np.stack([np.linspace(0, 1, len(codes)), codes], axis=1).astype(np.float32)
    y = (np.arange(len(codes)) % 10 == 0).astype(np.int64)
    return Table(x, y, 2, (0, cardinality), np.ones(len(codes), np.float32))


def test_codes_with_too_few_rows_share_code_0_and_the_others_keep_their_order():
    rows = table([1] * 1500 + [2] * 19 + [3] * 20 + [4] * 461)  # 2,000 rows: 20 is a hundredth of them
    common = CommonCodes.of(rows, 20)
    assert common.cardinalities == (0, 4)
    assert common.places[1].tolist() == [0, 1, 0, 2, 3, 0]
    pooled = common.pooled(rows)
    assert np.bincount(pooled.x[:, 1].astype(int)).tolist() == [19, 1500, 20, 461]
    assert np.array_equal(pooled.x[:, 0], rows.x[:, 0])
    assert rows.x[1500, 1] == 2, "the rows that were given stay as they are"


def test_of_few_rows_a_hundredth_is_enough_and_one_row_pools_nothing():
    rows = table([1] * 190 + [2] * 8 + [3] * 2)
    assert CommonCodes.of(rows, 20).places[1].tolist() == [0, 1, 2, 3, 0, 0]  # 2 of 200 rows
    assert CommonCodes.of(rows, 1).cardinalities == (0, 4)
    several = table([1] * 1900 + [2] * 81 + [3] * 19)
    assert CommonCodes.of(several, 1).places[1].tolist() == [0, 1, 2, 3, 0, 0]


def test_rows_of_another_market_and_without_labels_get_the_same_codes():
    rows = table([1] * 1500 + [2] * 500)
    more = table([2, 5, 1])
    pooled = CommonCodes.of(rows, 20).pooled(replace(rows, unlabelled=more, source=more))
    for part in (pooled.unlabelled, pooled.source):
        assert part.x[:, 1].tolist() == [2, 0, 1]
        assert part.cardinalities == pooled.cardinalities == (0, 3)


def test_what_is_common_is_said_by_the_cells_rows_and_not_by_resampled_ones():
    rows = table([1] * 1990 + [2] * 10)

    fitted = fit_tables(Repeats(), Mlp(epochs=1, hidden=4), rows, rows.take(np.arange(0, 2000, 7)), 0, CPU)
    assert fitted.model.common.places[1].tolist() == [0, 1, 0, 0, 0, 0]
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.scores(rows), fitted.scores(rows))


def test_a_network_of_two_classes_starts_at_the_priors_that_its_scores_will_refer_to():
    rows = table([1] * 1000)
    short = Mlp(epochs=1, hidden=4, rate=1e-12)  # steps too small to move anything

    def mean(strategy):
        fitted = fit_tables(strategy, short, rows, rows.take(np.arange(0, 1000, 3)), 0, CPU)
        return float(np.exp(fitted.scores(rows))[:, 1].mean())

    assert abs(mean(Strategy()) - 0.1) < 0.03
    # balanced softmax learns scores under equal priors: logits begin equal
    assert abs(mean(BalancedSoftmax()) - 0.5) < 0.08
