import numpy as np
import pytest

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.polynom_fit_smote import PolynomFitSmote
from longtail.strategies.table import Table

RARE = [[0, 0], [4, 2], [2, 6], [6, 8]]
STAR = [[1, 4 / 3], [2, 8 / 3], [11 / 3, 8 / 3], [10 / 3, 10 / 3], [7 / 3, 16 / 3], [8 / 3, 14 / 3], [5, 20 / 3]]
STAR += [[4, 16 / 3]]
BUS = [[4 / 3, 2 / 3], [8 / 3, 4 / 3], [10 / 3, 10 / 3], [8 / 3, 14 / 3], [10 / 3, 20 / 3], [14 / 3, 22 / 3]]
"""what smote-variants 1.0.1 makes of RARE for 8 and for 6 new rows"""
MESH = [[2, 1], [1, 3], [3, 4], [3, 4], [5, 5], [4, 7]]
"""the middles of all pairs"""


def table_of(frequent, rare=RARE):
    x = np.concatenate([np.full((frequent, 2), -50.0), rare]).astype(np.float32)
    y = np.array([0] * frequent + [1] * len(rare))
    return Table(x, y, 2, (0, 0), np.ones(len(y), np.float32))


def new_rows(frequent, seed=0, rare=RARE, **parameters):
    table = table_of(frequent, rare)
    rows = PolynomFitSmote(strength=1.0, **parameters).resample(table, np.random.default_rng(seed), Resources())
    assert (rows.x[: len(table)] == table.x).all()
    assert rows.counts.tolist() == [frequent, frequent]
    return rows.x[len(table) :]


def in_order(rows):
    return np.array(sorted(map(tuple, np.round(np.asarray(rows, float), 4))))


@pytest.mark.parametrize(("topology", "frequent", "wanted"), [("star", 12, STAR), ("bus", 10, BUS), ("mesh", 10, MESH)])
def test_rows_are_those_of_smote_variants_and_by_hand(topology, frequent, wanted):
    np.testing.assert_allclose(in_order(new_rows(frequent, topology=topology)), in_order(wanted), atol=1e-3)


@pytest.mark.parametrize("topology", ["star", "bus", "mesh"])
def test_of_more_steps_than_are_wanted_some_are_drawn(topology):
    first, again, other = (new_rows(11, seed, topology=topology) for seed in (0, 0, 1))
    assert len(first) == 7
    assert (first == again).all()
    assert not np.array_equal(first, other)
    assert len(np.unique(first, axis=0)) == 7


def test_a_curve_runs_through_rows_that_lie_on_one():
    number = np.arange(5.0)
    rows = new_rows(60, rare=np.stack([number, 3 - 2 * number + number**2], axis=1), topology="curve", degree=2)
    np.testing.assert_allclose(rows[:, 1], 3 - 2 * rows[:, 0] + rows[:, 0] ** 2, atol=1e-3)
    assert rows[:, 0].min() >= 0
    assert rows[:, 0].max() <= 4
    assert rows[:, 0].std() > 0.8  # spread over the curve: evenly it is 4 / sqrt(12)


def test_a_line_is_fitted_by_least_squares():
    # numpy's polyfit of RARE in the number 0..3: 0.6 + 1.6 t and -0.2 + 2.8 t
    rows = new_rows(40, topology="curve", degree=1)
    np.testing.assert_allclose(rows[:, 1], -0.2 + 2.8 * (rows[:, 0] - 0.6) / 1.6, atol=1e-4)


@pytest.mark.parametrize("topology", ["star", "bus", "mesh", "curve"])
def test_rare_classes_and_categories_work(make_table, topology):
    table = make_table((300, 3, 2, 1, 0), (0, 5, 0))
    rows = PolynomFitSmote(topology=topology).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts.tolist() == [300, 30, 24, 1, 0]
    for c in (1, 2):
        assert set(rows.x[rows.y == c, 1]) <= set(table.x[table.y == c, 1])


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(PolynomFitSmote().why_skip(make_table((200, 200)).profile))


@pytest.mark.parametrize("parameters", [{"topology": "ring"}, {"degree": 0}, {"strength": 2}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        PolynomFitSmote(**parameters)
