import numpy as np
import pytest
from imblearn_extra.gsmote import GeometricSMOTE

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.geometric_smote import GeometricSmote
from longtail.strategies.over_sampling.smote import Smote

NUMBERS, MIXED = (0, 0, 0), (0, 4, 0, 3)


def resampled(table, seed=0, **parameters):
    return GeometricSmote(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("selection", ["combined", "minority", "majority"])
@pytest.mark.parametrize("cardinalities", [NUMBERS, MIXED])
def test_rows_are_those_of_the_library_with_the_same_seed(make_table, cardinalities, selection):
    table = make_table((300, 60, 12), cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    x, y = GeometricSMOTE(
        sampling_strategy={1: 134, 2: 60},
        random_state=seed,
        selection_strategy=selection,
        deformation_factor=0.25,
        truncation_factor=-0.5,
        categorical_features=[1, 3] if cardinalities == MIXED else None,
    ).fit_resample(table.x, table.y)
    rows = resampled(table, 7, selection=selection, deformation=0.25, truncation=-0.5)
    assert rows.counts.tolist() == [300, 134, 60]
    assert (rows.x == x).all()
    assert (rows.y == y).all()


def test_flattened_and_among_its_own_it_stays_on_lines_between_rows(make_table):
    # the paper's limit: deformation 1, truncation 1, minority selection is SMOTE
    table = make_table((300, 2), NUMBERS)
    one, other = table.x[table.y == 1]
    for rows in (resampled(table, selection="minority", deformation=1.0), Smote().resample(table, *lent())):
        step = (rows.x[302:] - one) / (other - one)
        np.testing.assert_allclose(step, np.broadcast_to(step[:, :1], step.shape), atol=1e-4)
        assert step.min() >= -1e-6
        assert step.max() <= 1 + 1e-6


def lent():
    return np.random.default_rng(0), Resources()


def test_new_rows_stay_within_reach_of_a_neighbour(make_table):
    table = make_table((300, 2), NUMBERS)
    one, other = table.x[table.y == 1]
    reach = np.linalg.norm(one - other)
    away = np.linalg.norm(resampled(table, truncation=0.0).x[302:, None] - np.stack([one, other]), axis=2)
    assert (away.min(axis=1) <= reach * (1 + 1e-6)).all()


def test_rare_classes_take_the_neighbours_that_they_have(make_table):
    assert resampled(make_table((300, 3, 2, 1, 0))).counts.tolist() == [300, 30, 24, 1, 0]


def test_it_says_why_it_does_not_work(make_table):
    assert "nothing would be added" in str(GeometricSmote().why_skip(make_table((200, 200)).profile))
    assert "all columns are categories" in str(GeometricSmote().why_skip(make_table((200, 9), (3, 4)).profile))


@pytest.mark.parametrize(
    "parameters", [{"selection": "some"}, {"truncation": -2}, {"deformation": 1.5}, {"deformation": True}]
)
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        GeometricSmote(**parameters)
