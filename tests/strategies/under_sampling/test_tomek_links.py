import numpy as np
import pytest
from imblearn.under_sampling import TomekLinks as Sampler

from longtail.strategies.base import Resources
from longtail.strategies.mechanisms import cleaning
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.tomek_links import TomekLinks


def resampled(table, **parameters):
    return TomekLinks(**parameters).resample(table, np.random.default_rng(0), Resources())


@pytest.mark.parametrize(("parameters", "cleaned"), [({}, [0, 1]), ({"above": 0.5}, [0]), ({"classes": "all"}, "all")])
def test_rows_are_those_of_imblearn(make_table, parameters, cleaned):
    table = make_table((300, 130, 12), (0, 0, 4))
    sampler = Sampler(sampling_strategy=cleaned)
    sampler.fit_resample(table.one_hot(), table.y)
    assert 0 < len(sampler.sample_indices_) < len(table)
    assert resampled(table, **parameters).group.tolist() == sampler.sample_indices_.tolist()


def test_of_a_link_the_frequent_row_goes(monkeypatch):
    monkeypatch.setattr(cleaning, "LEAST", 1)
    # 0 and 1 are each other's nearest; the nearest of 10 is 8, whose nearest is 7: no link
    x = np.array([0, 1, 7, 8, 10, 20, 21], np.float32)[:, None]
    table = Table(x, np.array([1, 0, 0, 0, 1, 0, 0]), 2, (0,), np.ones(7, np.float32))
    assert resampled(table).x[:, 0].tolist() == [0, 7, 8, 10, 20, 21]
    assert resampled(table, classes="all").x[:, 0].tolist() == [7, 8, 10, 20, 21]
