import numpy as np
import pytest
from imblearn.over_sampling import KMeansSMOTE
from sklearn.cluster import MiniBatchKMeans

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.kmeans_smote import KMeansSmote
from longtail.strategies.table import Table


def resampled(table, seed=0, **parameters):
    return KMeansSmote(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("cardinalities", [(0, 0, 0), (0, 4, 0)])
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, cardinalities):
    table = make_table((300, 300, 20), cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    sampler = KMeansSMOTE(
        sampling_strategy={2: 77},
        random_state=seed,
        kmeans_estimator=MiniBatchKMeans(5, random_state=seed),
        cluster_balance_threshold=0.5 * 20 / 620,
    )
    x, y = sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 7, clusters=5, lift=0.5)
    assert len(rows) >= len(table) + 57  # it rounds up in each cluster
    assert (rows.x == table.from_one_hot(x)).all()
    assert (rows.y == y).all()


def blobs(*, equal=False):
    """Frequent rows around 0, ten rare ones around 100 and one among the frequent."""
    rng = np.random.default_rng(0)
    away = np.full((10, 2), 100.0) if equal else rng.normal(100, 1, (10, 2))
    x = np.concatenate([rng.normal(0, 1, (300, 2)), away, [[0, 0]]]).astype(np.float32)
    return Table(x, np.array([0] * 300 + [1] * 11), 2, (0, 0), np.ones(311, np.float32))


def test_new_rows_lie_in_clusters_where_the_class_is_at_home():
    new = resampled(blobs(), clusters=2).x[311:]
    assert len(new) == 46
    assert (new > 90).all()


def test_a_class_whose_cluster_is_one_point_stays_as_it_is():
    assert resampled(blobs(equal=True), clusters=2).counts.tolist() == [300, 11]


def test_a_class_without_a_cluster_stays_as_it_is():
    assert resampled(blobs(), clusters=2, lift=1000).counts.tolist() == [300, 11]


def test_there_are_no_more_clusters_than_distinct_rows(make_table):
    table = make_table((200, 12), (3,))
    assert resampled(table, clusters=50).counts[0] == 200


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(KMeansSmote().why_skip(make_table((200, 200)).profile))


@pytest.mark.parametrize("parameters", [{"clusters": 0}, {"lift": -1}, {"lift": "high"}, {"k_neighbors": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        KMeansSmote(**parameters)
