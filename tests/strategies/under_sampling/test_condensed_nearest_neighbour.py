import numpy as np
import pytest
from imblearn.under_sampling import CondensedNearestNeighbour as Sampler

from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.condensed_nearest_neighbour import CondensedNearestNeighbour


@pytest.mark.parametrize("seeds", [1, 5])
@pytest.mark.parametrize("counts", [(150, 60, 9), (200, 15)])
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, counts, seeds):
    table = make_table(counts, (0, 0, 4))
    seed = int(np.random.default_rng(3).integers(2**31))
    cleaned = list(range(len(counts) - 1))
    sampler = Sampler(sampling_strategy=cleaned, random_state=seed, n_seeds_S=seeds)
    sampler.fit_resample(table.one_hot(), table.y)
    rows = CondensedNearestNeighbour(seeds=seeds).resample(table, np.random.default_rng(3), Resources())
    assert rows.group.tolist() == sampler.sample_indices_.tolist()
    assert len(rows) < len(table)


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="seeds must be"):
        CondensedNearestNeighbour(seeds=0)
