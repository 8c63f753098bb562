import numpy as np
import pytest
from imblearn.under_sampling import EditedNearestNeighbours as Once
from imblearn.under_sampling import RepeatedEditedNearestNeighbours as Repeated

from longtail.strategies.base import Resources
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.edited_nearest_neighbours import EditedNearestNeighbours


def resampled(table, **parameters):
    return EditedNearestNeighbours(**parameters).resample(table, np.random.default_rng(0), Resources())


@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize(("classes", "cleaned"), [("frequent", [0, 1]), ("all", "all")])
def test_rows_are_those_of_imblearn(make_table, kind, classes, cleaned):
    table = make_table((300, 130, 12), (0, 0, 4))
    sampler = Once(sampling_strategy=cleaned, n_neighbors=4, kind_sel=kind)
    sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, n_neighbors=4, kind=kind, classes=classes)
    kept = sampler.sample_indices_.tolist()
    assert rows.group.tolist()[: len(kept)] == kept
    assert set(rows.y[len(kept) :]) <= {2}  # it would have fewer than ten rows


@pytest.mark.parametrize("rounds", [2, 100])
def test_repeated_rows_are_those_of_imblearn(make_table, rounds):
    table = make_table((300, 130, 12), (0, 0, 4))
    sampler = Repeated(sampling_strategy=[0, 1], max_iter=rounds)
    sampler.fit_resample(table.one_hot(), table.y)
    assert sampler.n_iter_ > 1
    rows = resampled(table, rounds=rounds)
    assert rows.group.tolist() == sampler.sample_indices_.tolist()
    assert len(rows) < len(resampled(table))


def test_kind_says_whether_all_neighbours_must_agree_or_most():
    # of 0 to 4, frequent rows, the three nearest are two frequent ones and 1.4, a rare one
    apart = np.arange(100, 110)
    x = np.concatenate([[0, 1, 2, 3, 4, 1.4], apart]).astype(np.float32)[:, None]
    table = Table(x, (np.arange(16) == 5).astype(np.int64), 2, (0,), np.ones(16, np.float32))
    assert resampled(table, kind="mode").counts.tolist() == [15, 1]
    left = resampled(table, kind="all")
    assert left.x[left.y == 0, 0].tolist() == apart.tolist()


def test_it_looks_at_no_more_neighbours_than_there_are(make_table):
    assert resampled(make_table((6, 2)), n_neighbors=50).counts.tolist() == [6, 2]  # all would go


@pytest.mark.parametrize("parameters", [{"kind": "some"}, {"n_neighbors": 0}, {"rounds": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        EditedNearestNeighbours(**parameters)
