import numpy as np
import pytest
from imblearn.over_sampling import BorderlineSMOTE as Sampler

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.borderline_smote import BorderlineSmote
from longtail.strategies.table import Table


def resampled(table, seed=0, **parameters):
    return BorderlineSmote(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("cardinalities", [(0, 0, 0), (0, 4, 0)])
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, cardinalities, version):
    table = make_table((300, 60, 12), cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    sampler = Sampler(sampling_strategy={1: 134, 2: 60}, random_state=seed, kind=f"borderline-{version}")
    x, y = sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 7, version=version)
    assert len(rows) > len(table)
    assert (rows.x == table.from_one_hot(x)).all()
    assert (rows.y == y).all()


def test_only_rows_in_danger_grow():
    # on a line: rare rows far from all others are safe, one amid frequent rows is noise, three at the border in danger
    rare = [-100, -101, -102, -103, -104, 50.5, 0.0, 0.2, 0.4]
    frequent = [*np.arange(0.6, 1.5, 0.1), *np.arange(46, 56)]
    x = np.array([*rare, *frequent], np.float32)[:, None]
    y = np.array([1] * len(rare) + [0] * len(frequent))
    table = Table(x, y, 2, (0,), np.ones(len(y), np.float32))
    new = resampled(table, strength=1.0, k_neighbors=2, m_neighbors=4).x[len(table) :, 0]
    assert len(new) == len(frequent) - len(rare)
    assert (new >= 0).all()
    assert (new <= 0.4).all()


def test_rare_classes_take_the_neighbours_that_they_have(make_table):
    counts = resampled(make_table((300, 3, 2, 1, 0)), m_neighbors=100).counts
    assert counts[0] == 300
    assert counts[3:].tolist() == [1, 0]


def test_codes_are_ones_that_rows_of_either_end_have(make_table):
    table = make_table((400, 20), (0, 6))
    rows = resampled(table)
    assert set(rows.x[420:, 1]) <= set(table.x[table.y == 1, 1])
    assert rows.propensity is None


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(BorderlineSmote().why_skip(make_table((200, 200)).profile))


@pytest.mark.parametrize("parameters", [{"version": 3}, {"k_neighbors": 0}, {"m_neighbors": 0}, {"strength": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        BorderlineSmote(**parameters)
