import numpy as np
import pytest
from imblearn.under_sampling import ClusterCentroids as Sampler
from sklearn.cluster import KMeans

from longtail.strategies.base import Resources
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.cluster_centroids import ClusterCentroids


def resampled(table, seed=0, **parameters):
    return ClusterCentroids(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, voting):
    table = make_table((300, 130, 12), (0, 0, 4))
    seed = int(np.random.default_rng(3).integers(2**31))
    sampler = Sampler(
        sampling_strategy={0: 60, 1: 39}, random_state=seed, estimator=KMeans(random_state=seed), voting=voting
    )
    x, y = sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 3, voting=voting)
    assert rows.counts.tolist() == [60, 39, 12]
    order = np.argsort(rows.y, kind="stable")
    np.testing.assert_allclose(rows.x[order], table.from_one_hot(x)[np.argsort(y, kind="stable")], rtol=1e-6)


def test_centres_are_the_means_of_two_clumps_with_their_usual_category():
    x = np.array([[0, 1], [1, 1], [2, 2], [100, 0], [102, 0], [104, 0], [50, 1]], np.float32)
    table = Table(x, np.array([0, 0, 0, 0, 0, 0, 1]), 2, (0, 3), np.ones(7, np.float32))
    rows = resampled(table, floor=1)  # the root of 6 is 2.4
    assert sorted(rows.x[rows.y == 0].tolist()) == [[1, 1], [102, 0]]
    hard = resampled(table, floor=1, voting="hard")
    assert sorted(hard.x[hard.y == 0].tolist()) == [[1, 1], [102, 0]]


def test_fewer_distinct_rows_than_the_goal_are_a_cluster_each(make_table):
    rows = resampled(make_table((300, 12), (3, 2)))
    assert rows.counts.tolist() == [6, 12]


def test_small_classes_keep_their_rows(make_table):
    table = make_table((300, 10, 1, 0))
    rows = resampled(table)
    for c in (1, 2):
        assert (rows.x[rows.y == c] == table.x[table.y == c]).all()
    assert rows.counts[2:].tolist() == [1, 0]


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(ClusterCentroids().why_skip(make_table((90, 90)).profile))


@pytest.mark.parametrize("parameters", [{"voting": "loud"}, {"floor": 0}, {"strength": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        ClusterCentroids(**parameters)
