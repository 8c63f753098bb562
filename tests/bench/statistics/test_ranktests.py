import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from longtail.bench.statistics.ranktests import holm, least_datasets, signed_rank


def test_holm_equals_statsmodels():
    p = np.random.default_rng(0).random(9) ** 3
    np.testing.assert_allclose(holm(p.tolist()), multipletests(p, method="holm")[1])


def test_holm_leaves_what_is_unknown_out():
    found = holm([0.02, np.nan, 0.03])
    assert found[[0, 2]].tolist() == [0.04, 0.04]
    assert np.isnan(found[1])


def test_signed_rank_equals_scipy():
    values = np.random.default_rng(1).normal(0.5, 1, 9)
    assert signed_rank(values) == pytest.approx(stats.wilcoxon(values, method="exact").pvalue)


def test_signed_rank_of_all_on_one_side_is_the_least_there_is():
    assert signed_rank([0.1, 0.2, 0.3, 0.4, 0.5]) == pytest.approx(2 / 2**5)
    assert signed_rank([0.1] * 6) == pytest.approx(2 / 2**6)  # ties too
    assert signed_rank([0.0, 0.0]) == 1.0


def test_least_datasets_are_those_with_which_the_test_can_reach_the_level():
    assert least_datasets(1) == 6
    for contrasts in (1, 3, 10):
        least = least_datasets(contrasts)
        assert signed_rank(np.arange(1, least + 1)) * contrasts <= 0.05
        assert signed_rank(np.arange(1, least)) * contrasts > 0.05
