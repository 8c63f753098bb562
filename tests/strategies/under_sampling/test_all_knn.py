import numpy as np
import pytest
from imblearn.under_sampling import AllKNN as Sampler

from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.all_knn import AllKnn


@pytest.mark.parametrize("kind", ["all", "mode"])
@pytest.mark.parametrize("counts", [(300, 130, 12), (90, 60, 50)])  # the second ends early
def test_rows_are_those_of_imblearn(make_table, counts, kind):
    table = make_table(counts, (0, 0, 4))
    sampler = Sampler(sampling_strategy=[0, 1], n_neighbors=5, kind_sel=kind)
    sampler.fit_resample(table.one_hot(), table.y)
    rows = AllKnn(n_neighbors=5, kind=kind).resample(table, np.random.default_rng(0), Resources())
    kept = sampler.sample_indices_.tolist()
    assert rows.group.tolist()[: len(kept)] == kept
    assert 0 < len(rows) < len(table)


@pytest.mark.parametrize("parameters", [{"kind": "some"}, {"n_neighbors": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        AllKnn(**parameters)
