import numpy as np
import pytest
from imblearn.under_sampling import NeighbourhoodCleaningRule

from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.edited_nearest_neighbours import EditedNearestNeighbours
from longtail.strategies.under_sampling.neighbourhood_cleaning import NeighbourhoodCleaning


@pytest.mark.parametrize("threshold", [0.5, 20.0])
@pytest.mark.parametrize("counts", [(300, 130, 12), (200, 15)])
def test_rows_are_those_of_imblearn(make_table, counts, threshold):
    table = make_table(counts, (0, 0, 4))
    cleaned = list(range(len(counts) - 1))
    sampler = NeighbourhoodCleaningRule(sampling_strategy=cleaned, n_neighbors=5, threshold_cleaning=threshold)
    sampler.fit_resample(table.one_hot(), table.y)
    given = np.random.default_rng(0), Resources()
    rows = NeighbourhoodCleaning(n_neighbors=5, threshold=threshold).resample(table, *given)
    assert rows.group.tolist() == sampler.sample_indices_.tolist()
    edited = EditedNearestNeighbours(n_neighbors=5, kind="mode").resample(table, *given)
    assert set(rows.group) < set(edited.group) if threshold < 10 else set(rows.group) <= set(edited.group)


def test_it_looks_at_no_more_neighbours_than_there_are(make_table):
    rows = NeighbourhoodCleaning(n_neighbors=50).resample(make_table((6, 2)), np.random.default_rng(0), Resources())
    assert rows.counts[1] == 2


@pytest.mark.parametrize("parameters", [{"threshold": 0}, {"n_neighbors": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        NeighbourhoodCleaning(**parameters)
