import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from longtail.bench.training.nearest import Nearest

CPU = torch.device("cpu")


def by_hand(rows, queries, k):
    """Every distance in float64, sorted by distance and index."""
    squares = ((queries[:, None] - rows[None]) ** 2).sum(axis=2)
    order = np.lexsort((np.broadcast_to(np.arange(len(rows)), squares.shape), squares), axis=1)[:, :k]
    return order, np.take_along_axis(squares, order, axis=1)


@pytest.mark.parametrize(
    ("n", "d", "k"), [(1, 1, 1), (5, 3, 5), (63, 2, 10), (700, 3, 2), (2049, 7, 11), (4300, 20, 70)]
)
def test_neighbours_are_those_of_all_distances(n, d, k):
    rng = np.random.default_rng(n)
    rows, queries = rng.normal(size=(n, d)), rng.normal(size=(150, d))
    found, squares = Nearest(rows, CPU).search(queries, k)
    wanted, lengths = by_hand(rows, queries, k)
    assert (found == wanted).all()
    np.testing.assert_allclose(squares, lengths, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("columns", [5, 40])  # scikit-learn's tree, and its brute force
def test_neighbours_are_those_of_scikit_learn(columns):
    rows = np.random.default_rng(0).normal(size=(3000, columns)).astype(np.float32)
    distances, wanted = NearestNeighbors(n_neighbors=8).fit(rows).kneighbors(rows)
    found, squares = Nearest(rows.astype(np.float64), CPU).search(rows.astype(np.float64), 8)
    assert (found == wanted).all()
    np.testing.assert_allclose(np.sqrt(squares), distances, atol=1e-5)


def test_ties_go_to_the_smaller_index():
    rows = np.random.default_rng(1).integers(3, size=(900, 4)).astype(float)  # each of 81 points some eleven times
    found, _ = Nearest(rows, CPU).search(rows, 30)
    assert (found == by_hand(rows, rows, 30)[0]).all()


def test_what_float32_can_not_tell_apart_is_ranked_rightly():
    # a thousand rows whose distances from the query differ by less than float32 resolves at that place
    rng = np.random.default_rng(2)
    gaps = rng.permutation(1000) * 1e-9
    rows = np.stack([1000 + gaps, np.full(1000, -1000.0)], axis=1)
    found, _ = Nearest(rows, CPU).search(np.array([[1000.0, -1000.0]]), 20)
    assert (found[0] == np.argsort(gaps)[:20]).all()


def test_a_far_outlier_hides_no_neighbour():
    rng = np.random.default_rng(3)
    rows = np.concatenate([rng.normal(size=(500, 3)), [[1e6, -1e6, 1e6]]])
    found, _ = Nearest(rows, CPU).search(rows, 5)
    assert (found == by_hand(rows, rows, 5)[0]).all()


def test_no_query_gives_nothing():
    found, squares = Nearest(np.eye(3), CPU).search(np.empty((0, 3)), 2)
    assert found.shape == squares.shape == (0, 2)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.nan, "contains NaN: {} must be finite numbers, got nan in row 2, column 1"),
        (-np.inf, "contains infinity or a value larger than 1e\\+15: {} must be finite numbers, got -inf in row 2"),
        (1e30, "contains infinity or a value larger than 1e\\+15: {} must be finite numbers, got 1e\\+30 in row 2"),
    ],
)
def test_a_number_without_a_distance_is_one_sentence(value, said):
    rows, broken = np.arange(12.0).reshape(6, 2), np.arange(12.0).reshape(6, 2)
    broken[2, 1] = value
    with pytest.raises(ValueError, match=said.format("the rows to search in")):
        Nearest(broken, CPU)
    with pytest.raises(ValueError, match=said.format("the rows whose neighbours are asked for")):
        Nearest(rows, CPU).search(broken, 2)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("columns", [3, 32, 300])
def test_a_gpu_finds_the_same(columns):
    rows = np.random.default_rng(4).normal(size=(20_000, columns)).astype(np.float32).astype(np.float64)
    found, squares = Nearest(rows, torch.device("cuda")).search(rows[:5000], 11)
    wanted, lengths = Nearest(rows, CPU).search(rows[:5000], 11)
    assert (found == wanted).all()
    assert (squares == lengths).all()
