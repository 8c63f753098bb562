import numpy as np
import pytest

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.mdo import Mdo, on_ellipsoids
from longtail.strategies.table import Table


def resampled(table, seed=0, **parameters):
    return Mdo(**parameters).resample(table, np.random.default_rng(seed), Resources())


def mahalanobis(rows, of):
    """Squared distances from the mean of `of`, by its inverse covariance."""
    gap = rows - of.mean(axis=0)
    return np.einsum("ij,jk,ik->i", gap, np.linalg.inv(np.cov(of, rowvar=False)), gap)


def normal(n=40, d=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 5


def test_new_rows_have_the_mahalanobis_distance_of_rows_there_are():
    rows = normal()
    new = on_ellipsoids(rows, np.ones(40, np.int64), 500, np.random.default_rng(1))
    there = mahalanobis(rows, rows)
    nearest = np.abs(mahalanobis(new, rows)[:, None] - there).min(axis=1)
    np.testing.assert_allclose(nearest, 0, atol=1e-8)
    assert len({np.abs(there - value).argmin() for value in mahalanobis(new, rows)}) > 35


def test_rows_are_chosen_in_proportion_to_their_neighbours():
    rows, weights = normal(5, 2), np.array([0, 1, 3, 0, 4])
    new = on_ellipsoids(rows, weights, 8000, np.random.default_rng(2))
    chosen = np.abs(mahalanobis(new, rows)[:, None] - mahalanobis(rows, rows)).argmin(axis=1)
    np.testing.assert_allclose(np.bincount(chosen, minlength=5) / 8000, weights / 8, atol=0.02)


def test_new_rows_lie_around_the_mean_on_all_sides():
    rows = normal(200, 3)
    new = on_ellipsoids(rows, np.ones(200, np.int64), 20_000, np.random.default_rng(3))
    np.testing.assert_allclose(new.mean(axis=0), rows.mean(axis=0), atol=0.1)
    correlation = np.corrcoef(new, rowvar=False)
    np.testing.assert_allclose(correlation, np.corrcoef(rows, rowvar=False), atol=0.1)


def test_two_rows_are_mirrored_and_equal_ones_repeated():
    rows = np.array([[0.0, 1, 2], [2, 1, 4]])
    new = on_ellipsoids(rows, np.ones(2, np.int64), 50, np.random.default_rng(4))
    assert {tuple(row) for row in np.round(new, 9)} == {(0, 1, 2), (2, 1, 4)}
    same = on_ellipsoids(np.ones((3, 2)), np.ones(3, np.int64), 4, np.random.default_rng(4))
    assert (same == 1).all()


def test_columns_that_never_change_do_not_change():
    rows = np.concatenate([normal(30, 2), np.full((30, 1), 7.0)], axis=1)
    new = on_ellipsoids(rows, np.ones(30, np.int64), 100, np.random.default_rng(5))
    np.testing.assert_allclose(new[:, 2], 7)


def test_only_rows_with_enough_neighbours_of_their_class_take_part():
    # seven rare rows on the line y = 0, one far up amid frequent ones: new rows stay on the line
    rng = np.random.default_rng(6)
    rare = np.concatenate([np.stack([np.arange(7.0), np.zeros(7)], axis=1), [[3, 500]]])
    x = np.concatenate([rare, rng.normal((3, 500), 1, (80, 2))]).astype(np.float32)
    table = Table(x, np.array([1] * 8 + [0] * 80), 2, (0, 0), np.ones(88, np.float32))
    new = resampled(table, strength=0.5).x[88:]
    assert len(new) == 17
    assert (new[:, 1] == 0).all()
    assert (np.abs(new[:, 0] - 3) <= 3 + 1e-5).all()
    all_of_them = resampled(table, strength=0.5, least_same=6).x[88:]  # nobody has six: all take part
    assert (all_of_them[:, 1] != 0).any()


def test_many_classes_rare_ones_and_categories_work(make_table):
    table = make_table((300, 60, 9, 3, 2, 1, 0), (0, 5, 0))
    rows = resampled(table)
    assert rows.counts.tolist() == [300, 134, 52, 30, 24, 1, 0]
    for c in (1, 2, 3, 4):
        assert set(rows.x[rows.y == c, 1]) <= set(table.x[table.y == c, 1])


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(Mdo().why_skip(make_table((200, 200)).profile))


@pytest.mark.parametrize("parameters", [{"n_neighbors": 0}, {"least_same": 0}, {"strength": 2}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        Mdo(**parameters)
