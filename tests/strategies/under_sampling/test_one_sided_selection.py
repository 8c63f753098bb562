import numpy as np
import pytest
import torch
from imblearn.under_sampling import OneSidedSelection as Sampler

from longtail.bench.training.neighbours import NeighbourProvider
from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.one_sided_selection import OneSidedSelection


@pytest.mark.parametrize("resources", [Resources(), Resources(neighbors=NeighbourProvider(torch.device("cpu")))])
@pytest.mark.parametrize("seeds", [1, 20])
@pytest.mark.parametrize("counts", [(300, 130, 12), (200, 15)])
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, counts, seeds, resources):
    table = make_table(counts, (0, 0, 4))
    seed = int(np.random.default_rng(3).integers(2**31))
    cleaned = list(range(len(counts) - 1))
    sampler = Sampler(sampling_strategy=cleaned, random_state=seed, n_seeds_S=seeds)
    sampler.fit_resample(table.one_hot(), table.y)
    rows = OneSidedSelection(seeds=seeds).resample(table, np.random.default_rng(3), resources)
    assert rows.group.tolist() == sampler.sample_indices_.tolist()
    assert len(rows) < len(table)


def test_a_class_of_no_more_rows_than_seeds_keeps_them(make_table):
    # of 12 rows 200 draws leave none, on which the library stops
    strategy = OneSidedSelection(seeds=200, above=0.0)
    rows = strategy.resample(make_table((300, 12, 5)), np.random.default_rng(3), Resources())
    assert rows.counts[1:].tolist() == [12, 5]
    assert rows.counts[0] < 300
    assert strategy.why_skip(make_table((300, 12, 5)).profile) is None
    assert "more than 200 rows" in str(strategy.why_skip(make_table((150, 12, 5)).profile))


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="seeds must be"):
        OneSidedSelection(seeds=0)
