import numpy as np
import pytest
from imblearn.under_sampling import NearMiss as Sampler

from longtail.strategies.base import Resources
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.near_miss import NearMiss


def resampled(table, **parameters):
    return NearMiss(**parameters).resample(table, np.random.default_rng(0), Resources())


@pytest.mark.filterwarnings("ignore:The number of the samples")  # imblearn's own call, version 3
@pytest.mark.parametrize("version", [1, 2, 3])
def test_rows_are_those_of_imblearn(make_table, version):
    table = make_table((300, 130, 12), (0, 0, 4))
    sampler = Sampler(sampling_strategy={0: 60, 1: 39}, version=version)
    x, y = sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, version=version)
    assert len(rows) < len(table)
    assert (rows.one_hot() == x).all()
    assert (rows.y == y).all()


def line(numbers, y, codes=None):
    x = np.array(numbers, np.float32)[:, None] if codes is None else np.stack([numbers, codes], 1).astype(np.float32)
    cardinalities = (0,) if codes is None else (0, 3)
    return Table(x, np.array(y), 2, cardinalities, np.ones(len(y), np.float32))


def test_version_1_keeps_the_nearest_rows_of_the_large_class():
    # the small class lies at 0 and 1; of 10, 2, -1, 50 the nearest are -1 and 2
    rows = resampled(line([0, 1, 10, 2, -1, 50], [1, 1, 0, 0, 0, 0]), strength=1.0, floor=1, n_neighbors=2)
    assert sorted(rows.x[rows.y == 0, 0]) == [-1, 2]


def test_a_code_that_differs_is_the_square_root_of_two_away():
    # at 1.3 with the same code (distance 1.3) or at 0 with another (distance 1.41)
    rows = resampled(line([0, 1.3, 0], [1, 0, 0], [0, 0, 1]), strength=1.0, floor=1)
    assert rows.x[rows.y == 0].tolist() == [[np.float32(1.3), 0]]
    rows = resampled(line([0, 1.5, 0], [1, 0, 0], [0, 0, 1]), strength=1.0, floor=1)
    assert rows.x[rows.y == 0].tolist() == [[0, 1]]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_smallest_class_of_one_row_is_enough(make_table, version):
    rows = resampled(make_table((300, 40, 1)), version=version)
    assert rows.counts[2] == 1
    assert 0 < rows.counts[0] <= 55


def test_version_3_may_keep_fewer_than_its_goal(make_table):
    rows = resampled(make_table((300, 2)), version=3)
    assert 0 < rows.counts[0] <= 6  # 3 neighbours of each of 2 rows, where the goal is 55


def test_fields_of_a_row_travel_with_it(make_table):
    table = make_table((300, 12))
    rows = resampled(table)
    for field in ("x", "y", "weight", "propensity"):
        assert (getattr(rows, field) == getattr(table, field)[rows.group]).all()


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(NearMiss().why_skip(make_table((90, 90)).profile))


@pytest.mark.parametrize("parameters", [{"version": 4}, {"n_neighbors": 0}, {"strength": 2}, {"floor": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        NearMiss(**parameters)
