import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from longtail.bench.registry import strategy_named
from longtail.bench.training import neighbours as module
from longtail.bench.training.neighbour_cache import NeighbourCache
from longtail.bench.training.neighbours import LEAST, NeighbourProvider
from longtail.strategies.base import Resources
from longtail.strategies.table import Table

CPU = torch.device("cpu")


@pytest.fixture
def provider():
    return NeighbourProvider(CPU, NeighbourCache())


def matrix(n=500, d=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def twice(n=60):
    """Every row twice, the copies after the rows."""
    return np.concatenate([matrix(n), matrix(n)])


@pytest.mark.parametrize("k", [1, 4, 30])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, lambda x: x.astype(np.float64)])
def test_distances_and_positions_are_those_of_scikit_learn(provider, kind, k):
    rows, queries = kind(matrix()), kind(np.concatenate([matrix()[40:90], matrix(70, seed=1)]))
    ours, theirs = provider(k).fit(rows), NearestNeighbors(n_neighbors=k).fit(rows)
    for one, other in zip(ours.kneighbors(queries), theirs.kneighbors(queries), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert (ours.kneighbors(queries, return_distance=False) == ours.kneighbors(queries)[1]).all()
    np.testing.assert_allclose(ours.kneighbors()[1], theirs.kneighbors()[1])
    for mode in ("connectivity", "distance"):
        graphs = [one.kneighbors_graph(queries, mode=mode) for one in (ours, theirs)]
        np.testing.assert_allclose(*(graph.toarray() for graph in graphs), atol=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_rows_without_distances_are_refused_as_scikit_learn_does(provider, kind, value):
    broken = matrix(20)
    broken[3, 2] = value
    word = "NaN" if np.isnan(value) else "infinity"
    for neighbours in (provider(2), NearestNeighbors(n_neighbors=2)):
        with pytest.raises(ValueError, match=f"^Input X contains {word}"):
            neighbours.fit(kind(broken))
        with pytest.raises(ValueError, match=f"^Input X contains {word}"):
            neighbours.fit(kind(matrix(20))).kneighbors(kind(broken))


def test_equal_rows_are_neighbours_in_order(provider):
    rows = twice()
    distances, found = provider(3).fit(rows).kneighbors(rows)
    assert (found[:, 0] == np.tile(np.arange(60), 2)).all()
    assert (found[:, 1] == np.tile(np.arange(60, 120), 2)).all()
    assert (distances[:, :2] == 0).all()
    assert (found[:, 2] < 60).all()  # of the two nearest others, which are equal, the first


def test_without_queries_no_row_is_its_own_neighbour(provider):
    found = provider(2).fit(twice()).kneighbors(return_distance=False)
    assert (found[:, 0] == np.concatenate([np.arange(60, 120), np.arange(60)])).all()
    same = np.ones((9, 2))
    assert [row.tolist() for row in provider(3).fit(same).kneighbors(return_distance=False)[[0, 8]]] == [
        [1, 2, 3],
        [0, 1, 2],
    ]


def test_more_neighbours_than_there_are_rows_are_refused(provider):
    fitted = provider(5).fit(matrix(5))
    assert fitted.kneighbors(matrix(5))[1].shape == (5, 5)
    with pytest.raises(ValueError, match="at most 4, the number of rows to choose from, got 5"):
        fitted.kneighbors()


def test_clones_belong_to_the_same_fit(provider):
    assert clone(provider(3)).provider is provider
    assert clone(provider(3)).n_neighbors == 3


class Counting(module.Nearest):
    """Counts the queries that are searched for."""

    searched = 0

    def search(self, queries, k):
        Counting.searched += len(queries)
        return super().search(queries, k)


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(module, "Nearest", Counting)
    monkeypatch.setattr(module, "WORTH", 0.0)
    Counting.searched = 0
    return Counting


def test_what_one_fit_has_found_another_takes_from_the_shelf_and_is_charged_for(counting):
    cache, rows = NeighbourCache(), matrix()
    first, second = NeighbourProvider(CPU, cache), NeighbourProvider(CPU, cache)
    wanted = first(2).fit(rows).kneighbors(rows)
    assert counting.searched == 500
    assert first.charged == 0
    spent = cache.get(next(iter(first.splits)))[0].seconds
    given = second(LEAST).fit(rows.astype(np.float64)).kneighbors(rows)
    assert counting.searched == 500
    assert (given[1][:, :2] == wanted[1]).all()
    assert second.charged == pytest.approx(spent)
    second(4).fit(rows).kneighbors(rows)
    assert second.charged == pytest.approx(spent)  # a fit pays once


def test_only_rows_that_nobody_has_asked_for_are_searched_for(counting):
    cache, rows = NeighbourCache(), matrix()
    NeighbourProvider(CPU, cache)(3).fit(rows).kneighbors(rows[:100])
    later = NeighbourProvider(CPU, cache)
    found = later(3).fit(rows).kneighbors(rows[50:200], return_distance=False)
    assert counting.searched == 200
    assert (found == NearestNeighbors(n_neighbors=3).fit(rows).kneighbors(rows[50:200], return_distance=False)).all()
    spent = cache.get(next(iter(later.splits)))[0].seconds
    assert later.charged == pytest.approx(spent / 2)  # half of what the other found was of use


def test_more_neighbours_than_are_on_the_shelf_are_searched_for(counting):
    cache, rows = NeighbourCache(), matrix()
    NeighbourProvider(CPU, cache)(3).fit(rows).kneighbors(rows)
    later = NeighbourProvider(CPU, cache)
    found = later(LEAST + 1).fit(rows).kneighbors(rows, return_distance=False)
    assert counting.searched == 1000
    assert later.charged == 0
    assert found.shape == (500, LEAST + 1)


def test_other_rows_share_nothing(counting):
    cache, rows = NeighbourCache(), matrix()
    for given in (rows, rows[1:], rows[::-1]):
        NeighbourProvider(CPU, cache)(3).fit(given).kneighbors(given)
    assert counting.searched == 1499


ASKING = (
    "smote",
    "borderline-smote",
    "borderline-smote(version=2)",
    "svm-smote",
    "kmeans-smote",
    "adasyn",
    "geometric-smote",
    "mdo",
    "near-miss",
    "near-miss(version=3)",
    "tomek-links",
    "edited-nearest-neighbours",
    "edited-nearest-neighbours(rounds=100)",
    "all-knn",
    "neighbourhood-cleaning",
    "soup",
)


@pytest.mark.parametrize("cardinalities", [(0, 0, 0), (0, 4, 0)])
@pytest.mark.parametrize("text", ASKING)
def test_strategies_make_the_same_rows_with_them_as_with_scikit_learns(text, cardinalities):
    rng = np.random.default_rng(5)
    y = rng.permutation(np.repeat(np.arange(3), (400, 150, 15)))
    x = (rng.normal(size=(565, 3)) + 0.5 * y[:, None]).astype(np.float32)
    if cardinalities[1]:
        x[:, 1] = rng.integers(4, size=565)
    table = Table(x, y, 3, cardinalities, np.ones(565, np.float32))
    kits = (Resources(), Resources(CPU, NeighbourProvider(CPU, NeighbourCache())))
    theirs, ours = (strategy_named(text).resample(table, np.random.default_rng(0), resources) for resources in kits)
    assert len(ours) != len(table)
    assert (ours.x == theirs.x).all()
    assert (ours.y == theirs.y).all()
